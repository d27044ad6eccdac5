import { expect, test } from '@jest/globals';
import { feedAddress, httpsAddress, namespace } from './setting-values.ts';

test.each(['https://rota.example.invalid/v1', 'http://localhost:4100', 'http://127.0.0.1:4100/v1', 'http://[::1]:4100'])(
  '%s may be the address of an API',
  (url) => {
    expect(httpsAddress.parse(url)).toBe(url);
  },
);

test.each([
  'http://rota.example.invalid',
  'http://localhost.example.invalid',
  'http://127.0.0.1@rota.example.invalid',
  'webcal://rota.example.invalid',
  'ftp://localhost',
  'rota.example.invalid',
])('%s may not', (url) => {
  expect(httpsAddress.safeParse(url).success).toBe(false);
});

test.each([
  ['https://rota.example.invalid/x.ics', true],
  ['webcal://rota.example.invalid/x.ics', true],
  ['webcals://rota.example.invalid/x.ics', true],
  ['http://localhost/x.ics', true],
  ['http://rota.example.invalid/x.ics', false],
  ['file:///x.ics', false],
])('%s as the address of a feed: %s', (url, allowed) => {
  expect(feedAddress.safeParse(url).success).toBe(allowed);
});

test.each([
  ['brackenford-1', true],
  ['Brackenford', false],
  ['', false],
  ['a:b', false],
])('"%s" as a namespace: %s', (name, allowed) => {
  expect(namespace.safeParse(name).success).toBe(allowed);
});
