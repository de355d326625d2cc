import { ChangeDetectionStrategy, Component, computed, effect, inject, signal, untracked } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatDialog } from '@angular/material/dialog';
import { MatFormFieldModule } from '@angular/material/form-field';
import { MatInput } from '@angular/material/input';
import { MatSelectModule } from '@angular/material/select';
import { RouterLink } from '@angular/router';
import { Ban, Plus } from 'lucide';
import { firstValueFrom } from 'rxjs';

import { Api } from '@core/api/api';
import type { Suppression } from '@core/api/documents';
import { Problem } from '@core/api/problem';
import { Formats } from '@core/formats';
import { Texts } from '@core/i18n/texts';
import { Session } from '@core/session';
import { Chip, Tone } from '@shared/chip';
import { Confirm } from '@shared/confirm';
import { CursorList } from '@shared/cursor-list';
import { Cell } from '@shared/data-table/cell';
import { Column } from '@shared/data-table/data-table';
import { Icon } from '@shared/icon';
import { Listing } from '@shared/listing';
import { SuppressDialog } from './suppress-dialog';

type Reason = Suppression['reason'];
const REASONS: readonly Reason[] = ['unsubscribe', 'bounce', 'complaint', 'manual'];
const TONES: Record<Reason, Tone> = { complaint: 'bad', bounce: 'warning', unsubscribe: 'waiting', manual: 'neutral' };

/** Addresses that get no mail, and why. */
@Component({
  selector: 'mc-suppressions-page',
  imports: [Cell, Chip, Icon, Listing, MatButton, MatFormFieldModule, MatInput, MatSelectModule, RouterLink],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './suppressions-page.html',
  styleUrl: '../lists.scss',
})
export default class SuppressionsPage {
  private readonly api = inject(Api);
  private readonly confirm = inject(Confirm);
  private readonly dialog = inject(MatDialog);
  private readonly session = inject(Session);
  protected readonly texts = inject(Texts);
  protected readonly formats = inject(Formats);

  protected readonly icons = { Ban, Plus };
  protected readonly reasons = REASONS;
  protected readonly tones = TONES;
  /** A whole address: the platform finds no parts of one. */
  protected readonly address = signal('');
  protected readonly reason = signal<Reason | ''>('');
  protected readonly filtered = computed(() => this.address() !== '' || this.reason() !== '');
  protected readonly mayAdd = computed(() => this.session.may('author'));
  protected readonly mayLift = computed(() => this.session.may('sender'));
  protected readonly identify = (entry: Suppression): string => `${entry.address} ${entry.scope} ${entry.reason}`;
  protected readonly columns = computed<Column[]>(() => [
    { key: 'address', header: this.texts.t('suppressions.address'), width: 'minmax(0, 2.4fr)' },
    { key: 'reason', header: this.texts.t('suppressions.reason'), width: 'minmax(120px, 1.2fr)', wideOnly: true },
    { key: 'scope', header: this.texts.t('suppressions.scope'), width: 'minmax(0, 1.2fr)', wideOnly: true },
    { key: 'since', header: this.texts.t('suppressions.since'), width: 'minmax(0, 1fr)', wideOnly: true },
    ...(this.mayLift()
      ? [{ key: 'lift', header: this.texts.t('suppressions.actions'), width: '140px', end: true }]
      : []),
  ]);
  protected readonly list = new CursorList<Suppression>(async (cursor, signal) => {
    const address = this.address();
    const reason = this.reason();
    if (address) {
      const items = await this.entriesOf(address, signal);
      return { items: items.filter((entry) => !reason || entry.reason === reason), next: null };
    }
    const query = { limit: 100, ...(cursor ? { cursor } : {}), ...(reason ? { reason } : {}) };
    return (await this.api.platform('get', '/v1/suppressions', { query, signal })).body;
  });

  constructor() {
    effect(() => {
      this.address();
      this.reason();
      untracked(() => void this.list.restart());
    });
  }

  protected search(text: string): void {
    this.address.set(text.trim().toLowerCase());
  }

  protected clear(): void {
    this.address.set('');
    this.reason.set('');
  }

  private async entriesOf(address: string, signal: AbortSignal): Promise<Suppression[]> {
    try {
      return (await this.api.platform('get', '/v1/suppressions/{address}', { path: { address }, signal })).body.items;
    } catch (cause) {
      if (Problem.of(cause).status === 404) return []; // the answer for an address that nothing keeps from mail
      throw cause;
    }
  }

  protected scopeText(scope: string): string {
    return scope.startsWith('topic:')
      ? this.texts.t('suppressions.topic', { topic: scope.slice('topic:'.length) })
      : this.texts.word('suppressions.scopes', scope);
  }

  protected async add(): Promise<void> {
    const dialog = this.dialog.open<SuppressDialog, undefined, boolean>(SuppressDialog, { width: '520px' });
    if (await firstValueFrom(dialog.afterClosed())) {
      await this.list.restart();
    }
  }

  protected async lift(entry: Suppression): Promise<void> {
    const { t } = this.texts;
    const done = await this.confirm.ask({
      title: t('suppressions.liftTitle', { address: entry.address }),
      text: this.texts.word('suppressions.liftTexts', entry.reason),
      facts: [t('suppressions.liftScope', { scope: this.scopeText(entry.scope) }), t('suppressions.liftOthers')],
      action: t('suppressions.lift'),
      destructive: entry.reason === 'complaint' || entry.reason === 'unsubscribe',
      run: () =>
        this.api.platform('delete', '/v1/suppressions/{address}', {
          path: { address: entry.address },
          query: { scope: entry.scope, reason: entry.reason },
        }),
    });
    if (done) {
      this.list.items.update((items) => items.filter((each) => each !== entry));
    }
  }
}
