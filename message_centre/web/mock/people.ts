import type { Person, Role } from '../src/app/core/api/documents.ts';
import { refusal, route } from './http.ts';

const ROLES: Role[] = ['viewer', 'author', 'sender', 'admin'];
export const PEOPLE: Person[] = [
  ['per_mara', 'Mara Lindqvist'],
  ['per_jonas', 'Jonas Weber'],
  ['per_aiko', 'Aiko Tanaka'],
].map(([id = '', name = '']) => ({
  id,
  name,
  email: `${name.split(' ')[0]?.toLowerCase() ?? ''}@example.com`,
  roles: ROLES,
  time_zone: 'Europe/Berlin',
  language: null,
  theme: null,
}));

/** Who is signed in: the first person, until the session is ended. */
export function addPeople(role: string): void {
  const [first] = PEOPLE;
  if (!first) {
    return;
  }
  const me: Person = { ...first, roles: ROLES.slice(0, ROLES.indexOf(role as Role) + 1) };
  let signedIn = true;

  route('GET /config', () => ({
    body: {
      product: 'Message Centre',
      version: 'mock',
      issuer_name: 'Mock',
      upload_origins: [],
      default_time_zone: 'UTC',
    },
  }));
  route('GET /session/start', ({ query }) => {
    signedIn = true;
    return { status: 302, headers: { Location: query.get('return') ?? '/' } };
  });
  route('POST /session/refresh', () =>
    signedIn
      ? { body: { access_token: 'mock', expires_in: 3600, person: me } }
      : refusal(401, 'signed-out', 'Signed out', 'Sign in again.'),
  );
  route('DELETE /session', () => {
    signedIn = false;
    return {};
  });
  route('GET /me', () => ({ body: me }));
  route('PATCH /me', ({ body }) => ({ body: Object.assign(me, body) }));
}
