import { HttpClient, provideHttpClient, withInterceptors } from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { provideRouter } from '@angular/router';
import { firstValueFrom } from 'rxjs';

import { Api } from './api/api';
import type { Problem } from './api/problem';
import { Session } from './session';
import { sessionInterceptor } from './session.interceptor';

const PERSON = { id: 'per_1', name: 'Mara', email: 'mara@example.com', roles: ['viewer', 'author'], time_zone: null };

describe('a signed-in session', () => {
  let http: HttpTestingController;
  let session: Session;
  let tokens: string[];

  beforeEach(async () => {
    tokens = ['first', 'second'];
    vi.stubGlobal('fetch', () => {
      const access_token = tokens.shift();
      return Promise.resolve(
        access_token
          ? new Response(JSON.stringify({ access_token, expires_in: 60, person: PERSON }))
          : new Response('{}', { status: 401 }),
      );
    });
    TestBed.configureTestingModule({
      providers: [
        provideHttpClient(withInterceptors([sessionInterceptor])),
        provideHttpClientTesting(),
        provideRouter([{ path: '**', children: [] }]),
      ],
    });
    http = TestBed.inject(HttpTestingController);
    session = TestBed.inject(Session);
    await session.refresh();
  });

  afterEach(() => {
    vi.unstubAllGlobals();
  });

  it('gives each role what the roles before it have', () => {
    expect(session.may('viewer')).toBe(true);
    expect(session.may('author')).toBe(true);
    expect(session.may('sender')).toBe(false);
  });

  it('repeats a call once with a new token', async () => {
    const answer = TestBed.inject(Api).platform('get', '/v1/campaigns/{campaign_id}', { path: { campaign_id: 'a/b' } });
    const refused = http.expectOne('/api/v1/platform/campaigns/a%2Fb');
    expect(refused.request.headers.get('Authorization')).toBe('Bearer first');
    refused.flush({ type: 'signed-out' }, { status: 401, statusText: '' });
    const repeated = await vi.waitFor(() => http.expectOne('/api/v1/platform/campaigns/a%2Fb'));
    expect(repeated.request.headers.get('Authorization')).toBe('Bearer second');
    repeated.flush({ name: 'Spring' }, { headers: { ETag: '"3"' } });
    expect(await answer).toMatchObject({ body: { name: 'Spring' }, etag: '"3"' });
  });

  it('is over when no new token is to be had', async () => {
    tokens = [];
    const answer = TestBed.inject(Api)
      .call('get', '/me')
      .catch((problem: unknown) => (problem as Problem).type);
    http.expectOne('/api/v1/me').flush({ type: 'signed-out' }, { status: 401, statusText: '' });
    expect(await answer).toBe('signed-out');
    expect(session.signedIn()).toBe(false);
  });

  it('never shows its token to another origin', async () => {
    const upload = firstValueFrom(TestBed.inject(HttpClient).post('https://bucket.example.com/', null));
    const request = http.expectOne('https://bucket.example.com/');
    expect(request.request.headers.has('Authorization')).toBe(false);
    request.flush(null);
    await upload;
  });
});
