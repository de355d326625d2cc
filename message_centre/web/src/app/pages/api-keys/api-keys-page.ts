import { ChangeDetectionStrategy, Component, computed, inject, signal } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatDialog } from '@angular/material/dialog';
import { KeyRound, Plus } from 'lucide';
import { firstValueFrom } from 'rxjs';

import { Answer, Api } from '@core/api/api';
import { Formats } from '@core/formats';
import { Texts } from '@core/i18n/texts';
import { Chip, Tone } from '@shared/chip';
import { Confirm } from '@shared/confirm';
import { CursorList } from '@shared/cursor-list';
import { Cell } from '@shared/data-table/cell';
import { Column } from '@shared/data-table/data-table';
import { Icon } from '@shared/icon';
import { Listing } from '@shared/listing';
import { ShowSecret } from '../secret-dialog';
import { IssuedKey, NewKeyDialog } from './new-key-dialog';

type Key = Answer<'/v1/api-keys/{key_id}', 'get'>;
const DAY = 86_400_000;
/** A key that was used within so many milliseconds is in use. */
const RECENT = 7 * DAY;
const TONES: Record<Key['state'], Tone> = { active: 'good', expired: 'warning', revoked: 'neutral' };

/** Keys with which other programs use the platform. */
@Component({
  selector: 'mc-api-keys-page',
  imports: [Cell, Chip, Icon, Listing, MatButton],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './api-keys-page.html',
  styleUrl: '../lists.scss',
})
export default class ApiKeysPage {
  private readonly api = inject(Api);
  private readonly confirm = inject(Confirm);
  private readonly dialog = inject(MatDialog);
  private readonly secret = inject(ShowSecret);
  protected readonly texts = inject(Texts);
  protected readonly formats = inject(Formats);

  protected readonly icons = { KeyRound, Plus };
  protected readonly tones = TONES;
  protected readonly identify = (key: Key): string => key.key_id;
  protected readonly columns = computed<Column[]>(() => [
    { key: 'name', header: this.texts.t('apiKeys.name'), width: 'minmax(0, 2fr)' },
    { key: 'state', header: this.texts.t('apiKeys.state'), width: '110px' },
    { key: 'used', header: this.texts.t('apiKeys.used'), width: 'minmax(0, 1.2fr)', wideOnly: true },
    { key: 'expires', header: this.texts.t('apiKeys.ends'), width: 'minmax(0, 1fr)', wideOnly: true },
    { key: 'buttons', header: this.texts.t('apiKeys.actions'), width: 'minmax(0, 1.5fr)', end: true },
  ]);
  protected readonly list = new CursorList<Key>(async (cursor, signal) => {
    const query = { limit: 50, ...(cursor ? { cursor } : {}) };
    return (await this.api.platform('get', '/v1/api-keys', { query, signal })).body;
  });

  /** The key by which the Message Centre itself works. */
  protected readonly own = signal<string | null>(null);

  constructor() {
    void this.list.restart();
    void this.findOwn();
  }

  /** The API refuses to change the own key in any case: without its id the page only cannot say so beforehand. */
  private async findOwn(): Promise<void> {
    try {
      this.own.set((await this.api.call<{ key_id: string }>('get', '/platform-key')).body.key_id);
    } catch {
      this.own.set(null);
    }
  }

  protected scopes(key: Key): string {
    return key.scopes.map((scope) => this.texts.word('apiKeys.scopeShort', scope)).join(', ');
  }

  protected async make(): Promise<void> {
    const dialog = this.dialog.open<NewKeyDialog, undefined, IssuedKey>(NewKeyDialog, { width: '480px' });
    const made = await firstValueFrom(dialog.afterClosed());
    if (made) {
      await this.showToken(made);
      await this.list.restart();
    }
  }

  protected async rotate(key: Key): Promise<void> {
    const issued: IssuedKey[] = [];
    await this.confirm.ask({
      title: this.texts.t('apiKeys.rotateTitle', { name: key.name }),
      text: this.texts.t('apiKeys.rotateText'),
      facts: [
        this.texts.t('apiKeys.rotateOnce', { until: this.formats.dateTime(new Date(Date.now() + DAY).toISOString()) }),
      ],
      action: this.texts.t('apiKeys.rotate'),
      run: async () => {
        const path = { key_id: key.key_id };
        const options = { path, body: {} };
        issued.push((await this.api.platform('post', '/v1/api-keys/{key_id}/rotate', options)).body);
      },
    });
    const [made] = issued;
    if (made) {
      await this.showToken(made);
      await this.list.restart();
    }
  }

  protected async revoke(key: Key): Promise<void> {
    const recent = Date.now() - Date.parse(key.last_used_at ?? '') < RECENT;
    const done = await this.confirm.ask({
      title: this.texts.t('apiKeys.revokeTitle', { name: key.name }),
      text: this.texts.t('apiKeys.revokeText'),
      facts: [
        key.last_used_at
          ? this.texts.t(recent ? 'apiKeys.inUse' : 'apiKeys.lastUsed', {
              when: this.formats.relative(key.last_used_at),
            })
          : this.texts.t('apiKeys.unused'),
      ],
      ...(recent ? { typed: { label: this.texts.t('apiKeys.typeName', { name: key.name }), value: key.name } } : {}),
      action: this.texts.t('apiKeys.revoke'),
      destructive: true,
      run: () => this.api.platform('post', '/v1/api-keys/{key_id}/revoke', { path: { key_id: key.key_id } }),
    });
    if (done) {
      await this.list.restart();
    }
  }

  private async showToken(issued: IssuedKey): Promise<void> {
    if (issued.token) {
      await this.secret.show(this.texts.t('apiKeys.tokenOf', { name: issued.name }), issued.token);
    }
  }
}
