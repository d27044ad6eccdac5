// Lets jest run TypeScript by Node's own type stripping, as the program itself does: no second compiler, no second behaviour.
const { createHash } = require('node:crypto');
const { readFileSync } = require('node:fs');
const { stripTypeScriptTypes } = require('node:module');

const self = readFileSync(__filename);

module.exports = {
  process: (source) => ({ code: stripTypeScriptTypes(source, { mode: 'strip' }) }),
  getCacheKey: (source, file) => createHash('sha256').update(self).update(process.version).update(file).update(source).digest('hex'),
};
