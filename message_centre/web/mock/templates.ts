import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Template, TemplateVersion } from '../src/app/core/api/documents.ts';
import { change } from '../src/app/pages/mail-design/model/edit.ts';
import { rich } from '../src/app/pages/mail-design/model/rich-text.ts';
import { writeSource } from '../src/app/pages/mail-design/model/source.ts';
import { starterDesign } from '../src/app/pages/mail-design/starters/designs.ts';
import { type Answer, page, refusal, route } from './http.ts';

export interface Entry {
  template_id: string;
  name: string;
  archived_at: string | null;
  versions: { document: TemplateVersion; html: string }[];
}

/** A mail that somebody wrote as code. */
const START = readFileSync(join(import.meta.dirname, 'written-as-code.mail'), 'utf8');

const CHANGED = START.replace('One clear sentence about the news', 'Six soups for cold evenings').replace(
  'See what is new',
  'Read the recipes',
);

/** A mail of blocks, and the same with another title. */
function newsletter(): [string, string] {
  const design = starterDesign('newsletter');
  const title = design.blocks.find(({ kind }) => kind === 'heading');
  if (!title) throw new Error('the newsletter has no heading');
  const body = rich("{{ first_name|default('Hello') }}, six soups for cold evenings");
  return [writeSource(design), writeSource(change(design, title.id, { body }))];
}

function version(number: number, subject: string, preheader: string | null, html: string, hours: number) {
  const invalid = html.includes('{% if %}');
  const document: TemplateVersion = {
    template_id: '',
    version: number,
    status: html ? (invalid ? 'invalid' : 'ready') : 'awaiting_upload',
    subject,
    preheader,
    headers: {},
    variables: ['first_name', 'email', 'unsubscribe_url'],
    required_variables: ['email', 'unsubscribe_url'],
    text_generated: true,
    html_bytes: html.length,
    findings: invalid
      ? ['HTML, line 31: Expected an expression after if.']
      : html.includes('<script')
        ? ['HTML, line 5: `<script>`: mail programs do not run scripts.']
        : [],
    created_at: new Date(Date.now() - hours * 3_600_000).toISOString(),
  };
  return { document, html };
}

function entry(number: number, name: string, subject: string, hours: number, htmls = [START, CHANGED]): Entry {
  const template_id = `tpl_${number}`;
  const [first = '', second = ''] = htmls;
  const versions = [
    version(1, subject, null, first, hours),
    version(2, `${subject}!`, 'And a garden', second, hours - 2),
  ];
  return { template_id, name, archived_at: null, versions };
}

export const TEMPLATES: Entry[] = [
  entry(1, 'Monthly newsletter', 'News for {{ first_name|default("you") }}', 40, newsletter()),
  entry(2, 'Invitation to the garden club', 'You are invited', 90),
  entry(3, 'Order thanks', 'Thank you for your order', 400),
];

/** Adds a version to a template, as saving does. */
export function makeVersion(of: Entry, subject: string, preheader: string | null, html: string): TemplateVersion {
  const made = version(of.versions.length + 1, subject, preheader, html, 0);
  made.document.template_id = of.template_id;
  of.versions.push(made);
  return made.document;
}

function shown(found: Entry): Template {
  const ready = [...found.versions].reverse().find(({ document }) => document.status === 'ready') ?? found.versions[0];
  return {
    ...(ready as { document: TemplateVersion }).document,
    template_id: found.template_id,
    name: found.name,
    archived_at: found.archived_at,
    latest_version: found.versions.length,
  };
}

export function withTemplate(id: string | undefined, act: (found: Entry) => Answer): Answer {
  const found = TEMPLATES.find((each) => each.template_id === id);
  return found
    ? { etag: '"1"', ...act(found) }
    : refusal(404, 'template-not-found', 'No such template', 'There is no template with this id.');
}

function withVersion(path: Record<string, string>, act: (found: Entry['versions'][number]) => Answer): Answer {
  return withTemplate(path['id'], (template) => {
    const found = template.versions[Number(path['version']) - 1];
    return found ? act(found) : refusal(404, 'template-not-found', 'No such version', 'There is no such version.');
  });
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const PEOPLE = ['Anna', 'Ben', 'Chiara', 'Dmitri'];

/** What the platform would print for a recipient; good enough to look at. */
export function print(source: string, row: number): string {
  const fields: Record<string, string> = {
    first_name: PEOPLE[(row - 1) % PEOPLE.length] ?? '',
    email: `person${row}@example.com`,
    city: 'Bremen',
    plan: 'free',
    unsubscribe_url: 'https://example.com/u/0',
  };
  return source
    .replace(/\{\{\s*(\w+)[^}]*\}\}/g, (_, name: string) => fields[name] ?? `[${name}]`)
    .replace(/\{%.*?%\}|\{#[\s\S]*?#\}/g, '');
}

const form = (id: string, number: number) => ({
  method: 'post',
  url: `/api/v1/mock-template/${id}/${number}`,
  fields: {},
  max_bytes: 1_048_576,
  expires_at: new Date(Date.now() + 900_000).toISOString(),
});

export function addTemplates(): void {
  const root = '/platform/templates';
  route(`GET ${root}`, ({ query }) => {
    const name = (query.get('name') ?? '').toLowerCase();
    const archived = query.get('archived') === 'true';
    const found = TEMPLATES.filter(
      (each) => each.name.toLowerCase().includes(name) && (each.archived_at !== null) === archived,
    );
    return page(found.map(shown), query);
  });
  route(`POST ${root}`, ({ body }) => {
    const made = entry(TEMPLATES.length + 1, text(body['name']), '', 0);
    made.versions = [version(1, text(body['subject']), null, '', 0)];
    TEMPLATES.unshift(made);
    return { status: 201, body: { ...shown(made), upload: form(made.template_id, 1) } };
  });
  route('POST /mock-template/{id}/{version}', ({ path, upload }) =>
    withTemplate(path['id'], (found) => {
      const at = Number(path['version']) - 1;
      const before = found.versions[at]?.document;
      found.versions[at] = version(at + 1, before?.subject ?? '', before?.preheader ?? null, upload, 0);
      return {};
    }),
  );
  route(`GET ${root}/{id}`, ({ path }) => withTemplate(path['id'], (found) => ({ body: shown(found) })));
  route(`PATCH ${root}/{id}`, ({ path, body }) =>
    withTemplate(path['id'], (found) => {
      found.name = text(body['name']);
      return { body: shown(found) };
    }),
  );
  for (const [action, archived] of [
    ['archive', true],
    ['unarchive', false],
  ] as const) {
    route(`POST ${root}/{id}/${action}`, ({ path }) =>
      withTemplate(path['id'], (found) => {
        found.archived_at = archived ? new Date().toISOString() : null;
        return { body: shown(found) };
      }),
    );
  }
  route(`POST ${root}/{id}/duplicate`, ({ path, body }) =>
    withTemplate(path['id'], (found) => {
      const made = { ...found, template_id: `tpl_${TEMPLATES.length + 1}`, name: text(body['name']) };
      TEMPLATES.unshift({ ...made, versions: found.versions.slice(-1) });
      return { status: 201, body: shown(made) };
    }),
  );
  route(`GET ${root}/{id}/versions`, ({ path, query }) =>
    withTemplate(path['id'], (found) =>
      page(
        [...found.versions].reverse().map(({ document }) => document),
        query,
      ),
    ),
  );
  route(`POST ${root}/{id}/versions`, ({ path, body }) =>
    withTemplate(path['id'], (found) => {
      const number = found.versions.length + 1;
      const made = version(number, text(body['subject']), text(body['preheader']) || null, '', 0);
      found.versions.push(made);
      return { status: 201, body: { ...made.document, upload: form(found.template_id, number) } };
    }),
  );
  route(`GET ${root}/{id}/versions/{version}`, ({ path }) =>
    withVersion(path, ({ document }) => ({ body: { ...document, template_id: path['id'] } })),
  );
  route('GET /templates/{id}/versions/{version}/source', ({ path }) =>
    withVersion(path, ({ html }) => ({ body: { html } })),
  );
  route(`POST ${root}/{id}/versions/{version}/preview`, ({ path, body }) =>
    withVersion(path, ({ document, html }) => {
      const row = (body['recipient'] as { row?: number } | undefined)?.row ?? 1;
      const rendered = print(html, row);
      return {
        body: {
          subject: print(document.subject, row),
          preheader: document.preheader,
          html: rendered,
          text: rendered.replace(/<style[\s\S]*?<\/style>|<[^>]+>/g, '').replace(/\n\s*\n+/g, '\n\n'),
          headers: {},
        },
      };
    }),
  );
}
