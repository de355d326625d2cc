import { Injectable, computed, inject, signal } from '@angular/core';
import { Router } from '@angular/router';

import type { Person, Role } from './api/documents';
import { Problem } from './api/problem';

/** What is in the access token's way: who signed in, and the token itself, which is kept in memory only. */
interface SignedIn {
  access_token: string;
  expires_in: number;
  person: Person;
}

/** Milliseconds; the first call after a while takes a few seconds. */
const PATIENCE = 30_000;
const ORDER: readonly Role[] = ['viewer', 'author', 'sender', 'admin'];

/** Who uses the page. The refresh token is a cookie that scripts cannot read. */
@Injectable({ providedIn: 'root' })
export class Session {
  private readonly router = inject(Router);
  private token: string | null = null;
  private refreshing: Promise<boolean> | null = null;

  readonly person = signal<Person | null>(null);
  /** Whether the last question who is signed in got no answer. */
  readonly unreachable = signal(false);
  readonly signedIn = computed(() => this.person() !== null);

  get accessToken(): string | null {
    return this.token;
  }

  /** Whether the person may do what needs this role; each role contains those before it. */
  may(role: Role): boolean {
    const roles = this.person()?.roles ?? [];
    return roles.some((own) => ORDER.indexOf(own) >= ORDER.indexOf(role));
  }

  /** Gets a new access token; false when the person has to sign in. Throws a `Problem` when there is no answer. */
  refresh(): Promise<boolean> {
    // Tabs take turns: a refresh token may be good for one use only.
    this.refreshing ??= exclusively(() => this.fetchToken()).finally(() => {
      this.refreshing = null;
    });
    return this.refreshing;
  }

  private async fetchToken(): Promise<boolean> {
    let answer: Response;
    try {
      answer = await fetch('/api/v1/session/refresh', {
        method: 'POST',
        headers: { 'X-Message-Centre': '1' },
        signal: AbortSignal.timeout(PATIENCE),
      });
    } catch {
      this.unreachable.set(true);
      throw new Problem('no-answer', 'No answer', 0, '');
    }
    this.unreachable.set(answer.status >= 500);
    if (answer.status === 401) {
      this.token = null;
      this.person.set(null);
      return false;
    }
    if (!answer.ok) {
      throw new Problem('unexpected', answer.statusText, answer.status, '');
    }
    const signedIn = (await answer.json()) as SignedIn;
    this.token = signedIn.access_token;
    this.person.set(signedIn.person);
    return true;
  }

  /** Leads to the issuer's page and back to `path`. */
  signIn(path: string): void {
    location.assign(`/api/v1/session/start?return=${encodeURIComponent(path)}`);
  }

  async signOut(): Promise<void> {
    const answer = await fetch('/api/v1/session', { method: 'DELETE', headers: { 'X-Message-Centre': '1' } });
    const body = answer.status === 200 ? ((await answer.json()) as { sign_out_url?: string | null }) : {};
    this.token = null;
    this.person.set(null);
    if (body.sign_out_url) {
      location.assign(body.sign_out_url);
      return;
    }
    await this.router.navigate(['/sign-in'], { queryParams: { left: 1 } });
  }

  /** The session is over: what is on the page stays reachable by `return`. */
  async expired(): Promise<void> {
    this.person.set(null);
    if (!this.router.url.startsWith('/sign-in')) {
      await this.router.navigate(['/sign-in'], { queryParams: { return: this.router.url } });
    }
  }
}

function exclusively<T>(work: () => Promise<T>): Promise<T> {
  return 'locks' in navigator ? navigator.locks.request('message-centre-session', work) : work();
}
