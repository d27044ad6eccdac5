/** Asks for the next item while the one before is dealt with. */

/**
 * The same items in the same order; what `items` throws is thrown once those before it have been taken.
 *
 * Ends `items` when it is itself ended early, after the item that was asked for has come.
 */
export async function* readAhead<Item>(items: AsyncIterable<Item>): AsyncIterable<Item> {
  const iterator = items[Symbol.asyncIterator]();
  try {
    let next = ask(iterator);
    for (let result = await next; !result.done; result = await next) {
      next = ask(iterator);
      yield result.value;
    }
  } finally {
    await iterator.return?.();
  }
}

function ask<Item>(iterator: AsyncIterator<Item>): Promise<IteratorResult<Item>> {
  const next = iterator.next();
  // It is awaited later. Until then a failure is nobody's, which would end the process.
  next.catch(() => {});
  return next;
}
