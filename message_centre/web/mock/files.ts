import type { RecipientFile } from '../src/app/core/api/documents.ts';
import { type Answer, page, refusal, route } from './http.ts';

type Status = RecipientFile['status'];
const COLUMNS = { 'E-mail': 'email', 'First name': 'first_name', City: 'city', Plan: 'plan' };

function file(number: number, name: string, status: Status, rows: number, hours: number): RecipientFile {
  const duplicates = Math.floor(rows * 0.012);
  const invalid = Math.floor(rows * 0.006);
  const counted = status === 'ready';
  return {
    file_id: `rcf_${number}`,
    name,
    status,
    reason: status === 'rejected' ? 'No column looks like addresses. The columns are: Kunde, Kontakt, Ort.' : null,
    content_type: 'text/csv',
    multipart: false,
    file_bytes: rows * 62,
    wanted_column: null,
    encoding: counted ? 'utf-8' : null,
    compression: 'none',
    delimiter: ',',
    header: true,
    address_column: counted ? 'E-mail' : null,
    columns: counted ? COLUMNS : status === 'rejected' ? { Kunde: 'kunde', Kontakt: 'kontakt', Ort: 'ort' } : {},
    account: counted
      ? {
          rows,
          accepted: rows - duplicates - invalid,
          duplicates,
          invalid,
          repaired: Math.floor(rows * 0.002),
          invalid_reasons: { invalid_address: Math.ceil(invalid * 0.8), no_address: Math.floor(invalid * 0.2) },
          flags: { repaired: Math.floor(rows * 0.002), domain_typo: Math.floor(rows * 0.0008) },
        }
      : {},
    progress: null,
    parts: counted ? Math.ceil(rows / 1000) : null,
    attempts: 1,
    ignored_uploads: 0,
    created_at: new Date(Date.now() - hours * 3_600_000).toISOString(),
    finished_at: counted ? new Date(Date.now() - (hours - 0.01) * 3_600_000).toISOString() : null,
  };
}

export const FILES: RecipientFile[] = [
  file(1, 'Customers, all', 'ready', 42_000, 70),
  file(2, 'Garden club members', 'ready', 1_870, 200),
  file(3, 'Fair contacts', 'rejected', 600, 210),
  ...Array.from({ length: 60 }, (_, index) =>
    file(
      index + 4,
      `Export ${2026 - Math.floor(index / 12)}-${(index % 12) + 1}`,
      'ready',
      900 + index * 331,
      300 + index * 40,
    ),
  ),
];

/** When the upload of a file that was made here ended, in milliseconds. */
const uploaded = new Map<string, number>();
const ROWS = 24_000;
const SECONDS = 6;

/** A file as far as its import is by now. */
function now(found: RecipientFile): RecipientFile {
  const since = uploaded.get(found.file_id);
  if (since === undefined || found.status === 'cancelled') {
    return found;
  }
  const share = (Date.now() - since) / (SECONDS * 1000);
  if (share >= 1) {
    const done = file(Number(found.file_id.slice(4)), found.name, 'ready', ROWS, 0);
    Object.assign(found, done, { created_at: found.created_at, file_bytes: found.file_bytes });
    uploaded.delete(found.file_id);
    return found;
  }
  found.status = 'processing';
  found.progress = {
    rows: Math.floor(ROWS * share),
    bytes: Math.floor((found.file_bytes ?? 0) * share),
    percent: Math.floor(share * 1000) / 10,
    rows_per_second: ROWS / SECONDS,
    estimated_end: new Date(since + SECONDS * 1000).toISOString(),
    updated_at: new Date().toISOString(),
  };
  return found;
}

function withFile(id: string | undefined, act: (found: RecipientFile) => Answer): Answer {
  const found = FILES.find((entry) => entry.file_id === id);
  return found
    ? { etag: '"1"', ...act(now(found)) }
    : refusal(404, 'recipient-file-not-found', 'No such file', 'There is no recipient file with this id.');
}

const form = (id: string) => ({
  method: 'post',
  url: `/api/v1/mock-upload/${id}`,
  fields: { key: id },
  max_bytes: 5_368_709_120,
  expires_at: new Date(Date.now() + 900_000).toISOString(),
});

export function addFiles(): void {
  const root = '/platform/recipient-files';
  route(`GET ${root}`, ({ query }) => {
    const name = (query.get('name') ?? '').toLowerCase();
    const status = query.get('status');
    const found = FILES.map(now).filter(
      (entry) => (!status || entry.status === status) && entry.name.toLowerCase().includes(name),
    );
    return page(found, query);
  });
  route(`POST ${root}`, ({ body }) => {
    const made = file(FILES.length + 1, String(body['name']), 'awaiting_upload', 0, 0);
    made.file_bytes = Number(body['file_bytes']);
    FILES.unshift(made);
    return { status: 201, body: { ...made, upload: form(made.file_id) } };
  });
  route('POST /mock-upload/{id}', ({ path }) => {
    uploaded.set(path['id'] ?? '', Date.now());
    return {};
  });
  route(`GET ${root}/{id}`, ({ path }) => withFile(path['id'], (body) => ({ body })));
  route(`GET ${root}/{id}/upload`, ({ path }) => withFile(path['id'], (found) => ({ body: form(found.file_id) })));
  route(`DELETE ${root}/{id}`, ({ path }) =>
    withFile(path['id'], (found) => {
      FILES.splice(FILES.indexOf(found), 1);
      return { status: 202, body: { ...found, status: 'deleting' } };
    }),
  );
  route(`POST ${root}/{id}/cancel`, ({ path }) =>
    withFile(path['id'], (found) => {
      found.status = 'cancelled';
      found.finished_at = new Date().toISOString();
      return { status: 202, body: found };
    }),
  );
  route(`POST ${root}/{id}/retry`, ({ path }) =>
    withFile(path['id'], (found) => {
      uploaded.set(found.file_id, Date.now());
      return { status: 202, body: now(found) };
    }),
  );
  route(`GET ${root}/{id}/profile`, () => ({ body: PROFILE }));
  route(`GET ${root}/{id}/report`, () => ({ body: { url: '/api/v1/config' } }));
  route(`GET ${root}/{id}/flags`, () => ({ body: { url: '/api/v1/config' } }));
  route('GET /platform/recipient-files/{id}/recipients', ({ query }) => {
    const wanted = (query.get('address') ?? '').toLowerCase();
    const from = Number(query.get('cursor') ?? '1');
    const rows = Array.from({ length: SEARCHED }, (_, at) => from + at);
    const items = rows
      .map((row) => ({ row, address: `person${row}@example.com` }))
      .filter(({ address }) => address.includes(wanted))
      .slice(0, Number(query.get('limit') ?? '50'));
    return { body: { items, next: from + SEARCHED < 60_000 ? String(from + SEARCHED) : null } };
  });
  route('GET /recipient-files/{id}/rejected-rows', () => ({ body: { items: REJECTED, more: true } }));
  route('GET /recipient-files/{id}/flagged-rows', () => ({ body: { items: FLAGGED, more: false } }));
}

/** Recipients that one answer of a search looks at. */
const SEARCHED = 20_000;

const PROFILE = {
  rows_looked_at: 10_000,
  columns: [
    {
      header: 'E-mail',
      name: 'email',
      filled: 10_000,
      fill_rate: 1,
      samples: ['a***@example.com', 'b***@example.org'],
    },
    { header: 'First name', name: 'first_name', filled: 9_120, fill_rate: 0.912, samples: ['A***', 'M*****', 'J****'] },
    { header: 'City', name: 'city', filled: 7_431, fill_rate: 0.7431, samples: ['B*****', 'W***'] },
    { header: 'Plan', name: 'plan', filled: 10_000, fill_rate: 1, samples: ['f***', 'p***'] },
    {
      header: 'Zone',
      name: 'timezone',
      filled: 9_800,
      fill_rate: 0.98,
      samples: ['E************', 'A***************'],
    },
  ],
  domains: [
    { domain: 'gmail.com', recipients: 14_210 },
    { domain: 'outlook.com', recipients: 4_012 },
    { domain: 'web.de', recipients: 3_870 },
    { domain: 'gmx.de', recipients: 3_420 },
    { domain: 'icloud.com', recipients: 1_980 },
    { domain: 'example.org', recipients: 610 },
  ],
  distinct_domains: 3_127,
  domains_exact: true,
};
const REJECTED = Array.from({ length: 40 }, (_, index) => ({
  line: 17 + index * 31,
  word: ['invalid_address', 'duplicate', 'no_address'][index % 3],
  detail: ['An address has an @-sign.', 'The address stands on line 4 already.', 'The row has no address.'][index % 3],
  value: ['anna.example.org', 'ben@example.com', ''][index % 3],
}));
const FLAGGED = Array.from({ length: 6 }, (_, index) => ({
  line: 203 + index * 77,
  word: 'domain_typo',
  detail: 'Did it mean gmail.com?',
  value: `person${index}@gmial.com`,
}));
