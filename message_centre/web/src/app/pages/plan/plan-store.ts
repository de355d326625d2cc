import { DestroyRef, Injectable, computed, inject, signal } from '@angular/core';

import { Api, Reply } from '@core/api/api';
import type { Plan } from '@core/api/documents';
import { Problem } from '@core/api/problem';
import { Session } from '@core/session';
import { Unsaved } from '../templates/unsaved';
import { Json, Patch, apply, clashes, compose, differences } from './merge-patch';

/** Milliseconds without a change after which changes are sent. */
const PAUSE = 700;
const CHECK_PAUSE = 1_500;
const WATCH_PAUSE = 10_000;

/** The parts of a plan that people change. */
export interface PlanChange {
  name?: string;
  audience?: Partial<Plan['audience']>;
  content?: Partial<Plan['content']>;
  settings?: Partial<Plan['settings']>;
  timing?: Partial<Plan['timing']>;
}

/** What somebody else changed while changes of this page were on their way. */
export interface Conflict {
  readonly theirs: Plan;
  /** Such as `settings/subject`. */
  readonly paths: readonly string[];
}

/** What somebody else changed meanwhile that is no conflict. */
export interface Meanwhile {
  readonly person: string;
  readonly paths: readonly string[];
}

/** What people change of a plan. */
const PARTS = ['name', 'audience', 'content', 'settings', 'timing'];

interface Kept {
  readonly change: Patch;
  /** The plan that the change was made on. */
  readonly base: Plan;
}

/** The plan that the wizard shows. Changes show at once, and are sent by themselves a moment later. */
@Injectable()
export class PlanStore {
  private readonly api = inject(Api);
  private readonly session = inject(Session);

  /** As the server has it. */
  private readonly base = signal<Plan | null>(null);
  private readonly pending = signal<Patch>({});
  private readonly sending = signal<Patch>({});
  readonly problem = signal<Problem | null>(null);
  readonly saveProblem = signal<Problem | null>(null);
  readonly conflict = signal<Conflict | null>(null);
  readonly meanwhile = signal<Meanwhile | null>(null);
  readonly busy = signal(false);

  /** With the changes that are still on their way. */
  readonly plan = computed(() => {
    const base = this.base();
    return base && apply(apply(base, this.sending()), this.pending());
  });
  readonly unsent = computed(() => Object.keys(this.pending()).length > 0 || Object.keys(this.sending()).length > 0);
  readonly finished = computed(() => ['sent', 'scheduled'].includes(this.base()?.status ?? ''));
  readonly editable = computed(() => this.base() !== null && !this.finished() && this.session.may('author'));

  private timer: ReturnType<typeof setTimeout> | undefined;
  private watcher: ReturnType<typeof setTimeout> | undefined;
  private saving: Promise<void> | null = null;
  private unsaved: Unsaved<Kept> | null = null;
  private planId = '';

  constructor() {
    inject(DestroyRef).onDestroy(() => {
      clearTimeout(this.watcher);
      void this.flush().catch(() => undefined);
      this.unsaved?.close();
      removeEventListener('beforeunload', this.warn);
    });
    addEventListener('beforeunload', this.warn);
  }

  async load(planId: string): Promise<void> {
    if (planId !== this.planId) {
      this.unsaved?.close();
      this.unsaved = new Unsaved<Kept>(`plan.${planId}`);
      this.planId = planId;
      this.base.set(null);
      this.pending.set({});
    }
    this.problem.set(null);
    try {
      const { body } = await this.api.call<Plan>('get', '/plans/{plan_id}', { path: { plan_id: planId } });
      this.base.set(body);
      this.restore(body);
      this.watch();
    } catch (cause) {
      this.problem.set(Problem.of(cause));
    }
  }

  /** Changes the plan; what is undefined stays. */
  edit(change: PlanChange): void {
    if (!this.editable()) return;
    this.pending.set(compose(this.pending(), change as Record<string, Json>));
    this.keep();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.flush().catch(() => undefined), PAUSE);
  }

  /** Sends what is unsent; throws a `Problem` when that does not work. */
  async flush(): Promise<void> {
    clearTimeout(this.timer);
    while (this.unsent() && this.conflict() === null) {
      this.saving ??= this.send().finally(() => (this.saving = null));
      await this.saving;
    }
    if (this.conflict()) throw new Problem('stale-revision', '', 412, '');
  }

  /** Does something with the plan as it stands (`/check`, `/send`), after what is unsent. */
  async act<T extends Plan>(action: string, body: object = {}): Promise<T> {
    this.busy.set(true);
    try {
      await this.flush();
      const { body: plan } = await this.api.call<T>('post', `/plans/{plan_id}/${action}`, {
        path: { plan_id: this.planId },
        ifMatch: this.etag(),
        body,
        idempotencyKey: crypto.randomUUID(),
      });
      this.take(plan);
      return plan;
    } catch (cause) {
      const problem = Problem.of(cause);
      // What was agreed to is no longer what there is: show that, and let the person decide anew.
      if (problem.type === 'stale-revision' && !this.conflict()) await this.reread();
      throw problem;
    } finally {
      this.busy.set(false);
    }
  }

  /** Deletes the plan as it is shown; if somebody else changed it meanwhile, that shows first. */
  async remove(): Promise<void> {
    clearTimeout(this.timer);
    await this.saving?.catch(() => undefined);
    try {
      await this.api.call('delete', '/plans/{plan_id}', { path: { plan_id: this.planId }, ifMatch: this.etag() });
    } catch (cause) {
      const problem = Problem.of(cause);
      if (problem.type === 'stale-revision') await this.reread();
      throw problem;
    }
    this.pending.set({});
    this.unsaved?.drop();
  }

  /** Reads the plan again, such as to see how far its check is. */
  async look(): Promise<void> {
    const planId = this.planId;
    const { body } = await this.api.call<Plan>('get', '/plans/{plan_id}', { path: { plan_id: planId } });
    if (planId === this.planId && !this.saving && !this.busy()) {
      this.notice(body);
      this.take(body);
    }
  }

  /** Ends a conflict: with the own changes, or with what the other person made. */
  async settle(mine: boolean): Promise<void> {
    const conflict = this.conflict();
    if (!conflict) return;
    this.conflict.set(null);
    this.base.set(conflict.theirs);
    if (!mine) {
      this.pending.set({});
      this.unsaved?.drop();
    }
    await this.flush();
  }

  private async send(): Promise<void> {
    const base = this.base();
    if (!base) return;
    const change = this.pending();
    this.sending.set(change);
    this.pending.set({});
    this.saveProblem.set(null);
    let reply: Reply<Plan>;
    try {
      reply = await this.api.call<Plan>('patch', '/plans/{plan_id}', {
        path: { plan_id: this.planId },
        body: change,
        ifMatch: this.etag(),
      });
    } catch (cause) {
      this.pending.set(compose(change, this.pending()));
      this.sending.set({});
      const problem = Problem.of(cause);
      if (problem.type === 'stale-revision') {
        await this.reconcile(base);
        return;
      }
      this.saveProblem.set(problem);
      throw problem;
    }
    this.take(reply.body);
    this.sending.set({});
    if (this.unsent()) this.keep();
    else this.unsaved?.drop();
  }

  /** Takes what somebody else changed; asks only if both changed the same. */
  private async reconcile(base: Plan): Promise<void> {
    const { body: theirs } = await this.api.call<Plan>('get', '/plans/{plan_id}', { path: { plan_id: this.planId } });
    const paths = clashes(base, theirs, this.pending());
    if (paths.length) {
      this.conflict.set({ theirs, paths });
      return;
    }
    this.notice(theirs);
    this.base.set(theirs);
  }

  private async reread(): Promise<void> {
    const { body: theirs } = await this.api.call<Plan>('get', '/plans/{plan_id}', { path: { plan_id: this.planId } });
    this.notice(theirs);
    this.take(theirs);
  }

  /** Remembers what somebody else changed of what is shown. */
  private notice(theirs: Plan): void {
    const paths = differences(this.base(), theirs, PARTS);
    const { id, name } = theirs.updated_by;
    if (paths.length && id !== this.session.person()?.id) this.meanwhile.set({ person: name, paths });
  }

  private restore(plan: Plan): void {
    const kept = this.unsaved?.read();
    if (!kept || !this.editable()) return;
    this.pending.set(kept.change);
    const paths = kept.base.revision === plan.revision ? [] : clashes(kept.base, plan, kept.change);
    if (paths.length) this.conflict.set({ theirs: plan, paths });
    else void this.flush().catch(() => undefined);
  }

  private keep(): void {
    const base = this.base();
    if (base) this.unsaved?.keep({ change: compose(this.sending(), this.pending()), base });
  }

  private take(plan: Plan): void {
    this.base.set(plan);
    this.watch();
  }

  /** Checks and approvals go on without this page. */
  private watch(): void {
    clearTimeout(this.watcher);
    const status = this.base()?.status;
    const pause = status === 'checking' ? CHECK_PAUSE : status === 'awaiting_approval' ? WATCH_PAUSE : null;
    if (pause === null) return;
    this.watcher = setTimeout(() => {
      this.look()
        .catch(() => undefined)
        .finally(() => {
          this.watch();
        });
    }, pause);
  }

  private etag(): string {
    return `"${this.base()?.revision ?? 0}"`;
  }

  private readonly warn = (event: BeforeUnloadEvent): void => {
    if (this.unsent()) event.preventDefault();
  };
}
