import http from 'node:http';
import type { JsonObject, JsonValue } from '../../../harness/json.js';
import type { ClockSkew } from '../../../harness/contracts/cluster.js';
import type { ReplyHandler } from '../../../harness/contracts/program-host.js';
import { parseSkew } from '../clock/skewed-clock.js';

const BODY_LIMIT_BYTES = 1024 * 1024;

export interface HttpOptions {
  /** Hands a request to the program; returns what to call when its client has gone. */
  request: (path: string, body: JsonValue, reply: ReplyHandler) => () => void;
  status: () => JsonObject;
  /** Skews the node's own clocks; null puts them right. */
  setClock: (skew: ClockSkew | null) => void;
  /** False where no such peer is known. */
  sendProbe: (to: string, id: string) => boolean;
  probeSeen: (id: string, waitMs: number) => Promise<boolean>;
}

/**
 * A node's client port. A person can use it with curl:
 *
 *     curl localhost:PORT/status                              # role, term, log: what the node says of itself
 *     curl localhost:PORT/get -d '{"key":"x"}'                # any path of the program, JSON in and out
 *     curl localhost:PORT/probe -d '{"to":"n2","id":"p1"}'    # n1 sends n2 a probe …
 *     curl localhost:PORT/probe-seen -d '{"id":"p1","waitMs":300}'   # … and n2 says whether it came
 *     curl localhost:PORT/clock -d '{"offsetMs":5000,"driftPpm":0}'  # its clock is wrong; null puts it right
 *
 * Every POST body is one JSON value of at most 1 MiB (none is null). An answer that is not 200 has the body
 * `{"error": CODE, "certain": BOOLEAN}`: `certain` says that the request had no effect and never will.
 * Connections are kept alive. Answers of one connection come in the order of its requests.
 */
export function createHttpServer(options: HttpOptions): http.Server {
  const server = http.createServer(
    { keepAliveTimeout: 60_000, noDelay: true },
    (request, response) => {
      if (request.method === 'GET') answerGet(request, response, options);
      else if (request.method === 'POST') readBody(request, response, options);
      else refuse(response, 405, 'method-not-allowed', 'use GET /status or POST');
    },
  );
  return server;
}

function answerGet(
  request: http.IncomingMessage,
  response: http.ServerResponse,
  options: HttpOptions,
): void {
  if (request.url === '/status') answer(response, 200, options.status());
  else refuse(response, 404, 'not-found', 'the only page is /status; all else is POST');
}

function readBody(
  request: http.IncomingMessage,
  response: http.ServerResponse,
  options: HttpOptions,
): void {
  const chunks: Buffer[] = [];
  let length = 0;
  request.on('data', (chunk: Buffer) => {
    length += chunk.length;
    if (length <= BODY_LIMIT_BYTES) chunks.push(chunk);
  });
  request.on('error', () => undefined);
  request.on('end', () => {
    if (length > BODY_LIMIT_BYTES) {
      refuse(response, 413, 'too-large', `a body has at most ${BODY_LIMIT_BYTES} bytes`);
      return;
    }
    const text = (chunks.length === 1 ? chunks[0] : Buffer.concat(chunks)).toString();
    const body = parseBody(text);
    if (body === undefined) refuse(response, 400, 'malformed', 'the body is not JSON');
    else route(request.url ?? '/', body, response, options);
  });
}

/** Undefined where it is not JSON. */
function parseBody(text: string): JsonValue | undefined {
  if (text === '') return null;
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}

function route(
  path: string,
  body: JsonValue,
  response: http.ServerResponse,
  options: HttpOptions,
): void {
  if (path === '/probe') probe(body, response, options);
  else if (path === '/clock') setClock(body, response, options);
  else if (path === '/probe-seen') void probeSeen(body, response, options);
  else {
    const forget = options.request(path, body, (status, value) => {
      answer(response, status, value);
    });
    response.on('close', forget);
  }
}

function probe(body: JsonValue, response: http.ServerResponse, options: HttpOptions): void {
  const { to, id } = fields(body);
  if (typeof to !== 'string' || typeof id !== 'string') {
    refuse(response, 400, 'malformed', 'expected {"to": NODE, "id": TEXT}');
  } else if (options.sendProbe(to, id)) {
    answer(response, 200, { sent: true });
  } else {
    refuse(response, 404, 'not-found', `no peer is called ${to}`);
  }
}

function setClock(body: JsonValue, response: http.ServerResponse, options: HttpOptions): void {
  const skew = parseSkew(body);
  if (skew === undefined) {
    refuse(response, 400, 'malformed', 'expected {"offsetMs": MS, "driftPpm": PPM} or null');
    return;
  }
  options.setClock(skew);
  answer(response, 200, { skewed: skew !== null });
}

async function probeSeen(
  body: JsonValue,
  response: http.ServerResponse,
  options: HttpOptions,
): Promise<void> {
  const { id, waitMs } = fields(body);
  if (typeof id === 'string' && typeof waitMs === 'number' && waitMs >= 0 && waitMs <= 60_000) {
    answer(response, 200, { seen: await options.probeSeen(id, waitMs) });
  } else {
    refuse(response, 400, 'malformed', 'expected {"id": TEXT, "waitMs": 0 to 60000}');
  }
}

function fields(body: JsonValue): JsonObject {
  return body !== null && typeof body === 'object' && !Array.isArray(body) ? body : {};
}

function refuse(
  response: http.ServerResponse,
  status: number,
  code: string,
  message: string,
): void {
  answer(response, status, { error: code, certain: true, message });
}

function answer(response: http.ServerResponse, status: number, body: JsonValue): void {
  const text = Buffer.from(JSON.stringify(body));
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': text.length });
  response.end(text);
}
