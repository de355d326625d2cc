import {
  ChangeDetectionStrategy,
  Component,
  DestroyRef,
  effect,
  inject,
  input,
  output,
  signal,
  untracked,
} from '@angular/core';
import { MatButton } from '@angular/material/button';

import { Api } from '@core/api/api';
import { Problem } from '@core/api/problem';
import { Texts } from '@core/i18n/texts';
import { ProblemPanel } from '@shared/problem-panel';
import { SearchField } from '@shared/search-field';

interface Found {
  readonly row: number;
  readonly address: string;
}
/** Recipients that are shown at once. */
const SHOWN = 20;
/** The platform looks at so many recipients for one answer; searching goes on when the person says so. */
const LOOKED_AT = 20_000;

/** Finds a recipient of a file by a part of the address. */
@Component({
  selector: 'mc-recipient-search',
  imports: [MatButton, ProblemPanel, SearchField],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <mc-search-field [label]="texts.t('templates.findRecipient')" [(value)]="text" />
    @if (problem(); as problem) {
      <mc-problem [problem]="problem" (retry)="more()" />
    }
    @if (found().length) {
      <ul [attr.aria-label]="texts.t('templates.foundRecipients')">
        @for (each of found(); track each.row) {
          <li>
            <button type="button" (click)="chosen.emit(each.row)">
              {{ each.address }}
              <span class="mc-muted">{{ texts.t('templates.rowNumber', { row: each.row }) }}</span>
            </button>
          </li>
        }
      </ul>
    }
    @if (text() && !problem()) {
      <p role="status">
        @if (busy()) {
          {{ texts.t('templates.finding') }}
        } @else if (next()) {
          {{ texts.t('templates.lookedAt', { count: lookedAt() }) }}
          <button matButton type="button" (click)="more()">{{ texts.t('templates.findOn') }}</button>
        } @else if (!found().length) {
          {{ texts.t('templates.noRecipientFound') }}
        }
      </p>
    }
  `,
  styles: `
    :host {
      display: block;
      width: 100%;
      max-width: 420px;
    }
    ul {
      max-height: 240px;
      margin: 0;
      padding: 0;
      overflow-y: auto;
      border: 1px solid var(--mc-line);
      border-radius: 10px;
      list-style: none;
    }
    li button {
      display: flex;
      flex-wrap: wrap;
      gap: 2px 12px;
      justify-content: space-between;
      width: 100%;
      padding: 8px 12px;
      border: 0;
      background: none;
      color: inherit;
      font: inherit;
      text-align: start;
      overflow-wrap: anywhere;
      cursor: pointer;
    }
    li button:hover {
      background: var(--mc-tint);
    }
    p {
      margin: 4px 0 0;
      font-size: 0.8125rem;
    }
  `,
})
export class RecipientSearch {
  readonly fileId = input.required<string>();
  /** How many recipients the file has. */
  readonly total = input.required<number>();
  /** The recipient's place in the file. */
  readonly chosen = output<number>();

  private readonly api = inject(Api);
  protected readonly texts = inject(Texts);
  protected readonly text = signal('');
  protected readonly found = signal<readonly Found[]>([]);
  protected readonly next = signal<string | null>(null);
  protected readonly busy = signal(false);
  protected readonly problem = signal<Problem | null>(null);
  private readonly answers = signal(0);
  private asked: AbortController | null = null;

  constructor() {
    effect(() => {
      this.fileId();
      this.text();
      untracked(() => void this.begin());
    });
    inject(DestroyRef).onDestroy(() => this.asked?.abort());
  }

  private async begin(): Promise<void> {
    this.asked?.abort();
    this.found.set([]);
    this.next.set(null);
    this.answers.set(0);
    this.busy.set(false);
    this.problem.set(null);
    if (this.text()) await this.more();
  }

  /** Looks further, for one answer of the platform. */
  protected async more(): Promise<void> {
    this.asked?.abort();
    const asked = new AbortController();
    this.asked = asked;
    this.busy.set(true);
    this.problem.set(null);
    try {
      const query = { address: this.text(), limit: SHOWN, ...(this.next() ? { cursor: this.next() ?? '' } : {}) };
      const { body } = await this.api.platform('get', '/v1/recipient-files/{file_id}/recipients', {
        path: { file_id: this.fileId() },
        query,
        signal: asked.signal,
      });
      if (asked.signal.aborted) return;
      this.found.update((before) => [...before, ...body.items]);
      this.next.set(body.next);
      this.answers.update((times) => times + 1);
    } catch (cause) {
      if (!asked.signal.aborted) this.problem.set(Problem.of(cause));
    } finally {
      if (this.asked === asked) this.busy.set(false);
    }
  }

  /** Up to which recipient the file was looked at: the last one found where the page was full. */
  protected lookedAt(): number {
    const full = this.found().length > 0 && this.found().length % SHOWN === 0;
    return Math.min(this.total(), full ? (this.found().at(-1)?.row ?? 0) : this.answers() * LOOKED_AT);
  }
}
