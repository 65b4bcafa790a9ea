#!/usr/bin/env node
// One node that keeps its keys in memory, with the HTTP of docs/writing-a-target.md.
import { createServer } from 'node:http';
import { parseArgs } from 'node:util';

const text = { type: 'string' };
const options = { name: text, data: text, listen: text, 'peer-listen': text };
const { listen } = parseArgs({ options }).values;
const [host, port] = listen.split(':');
const values = new Map();

function answer(method, key, body) {
  if (key === undefined) return { ready: true, role: 'leader', term: 1 };
  if (method === 'PUT') values.set(key, body.value);
  if (method !== 'POST') return { value: values.get(key) };
  const matched = (values.get(key) ?? null) === body.from;
  if (matched) values.set(key, body.to);
  return { matched };
}

createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request) body += chunk;
  const key = /^\/keys\/(.*)$/.exec(request.url)?.[1];
  const said = answer(request.method, key, body === '' ? {} : JSON.parse(body));
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(said));
}).listen(Number(port), host);
