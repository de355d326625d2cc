/**
 * A stand-in of the wrapper API with made-up data, for work on the pages and for their tests: `npm run mock`.
 * It serves `dist/` on the same origin as CloudFront does, with the headers of the file `--headers`. Nothing of it is
 * deployed. `--port` (8600), `--role` (admin), `--delay` (milliseconds before each answer).
 */
import { createReadStream, existsSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { parseArgs } from 'node:util';

import { answer } from './http.ts';
import { addCampaigns } from './campaigns.ts';
import { addFiles } from './files.ts';
import { addManagement } from './management.ts';
import { addPeople } from './people.ts';
import { addPlanActions } from './plan-actions.ts';
import { addMessages } from './messages.ts';
import { addPlans } from './plans.ts';
import { addTemplates } from './templates.ts';
import { addResults } from './results.ts';
import { addWebhooks } from './webhooks.ts';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '8600' },
    role: { type: 'string', default: 'admin' },
    delay: { type: 'string', default: '0' },
    headers: { type: 'string' },
  },
});
const DIST = join(import.meta.dirname, '..', 'dist', 'browser');
const TYPES: Record<string, string> = {
  '.css': 'text/css',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};
const headers = values.headers ? (JSON.parse(readFileSync(values.headers, 'utf8')) as Record<string, string>) : {};

addPeople(values.role);
addCampaigns();
addResults();
addMessages();
addPlans();
addPlanActions();
addFiles();
addManagement();
addTemplates();
addWebhooks();

const server = createServer((request, response) => {
  const url = new URL(request.url ?? '/', 'http://localhost');
  for (const [name, value] of Object.entries(headers)) {
    response.setHeader(name, value);
  }
  if (url.pathname.startsWith('/api/')) {
    setTimeout(() => {
      answer(request, response, url).catch((cause: unknown) => {
        console.error(cause);
        response.writeHead(500).end();
      });
    }, Number(values.delay));
    return;
  }
  const wanted = join(DIST, normalize(decodeURIComponent(url.pathname)));
  const file =
    wanted.startsWith(DIST) && existsSync(wanted) && statSync(wanted).isFile() ? wanted : join(DIST, 'index.html');
  response.setHeader('Content-Type', TYPES[extname(file)] ?? 'application/octet-stream');
  createReadStream(file).pipe(response);
});
server.listen(Number(values.port), '127.0.0.1', () => {
  console.log(`http://localhost:${values.port}`);
});
