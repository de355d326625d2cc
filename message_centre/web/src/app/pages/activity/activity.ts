import { ChangeDetectionStrategy, Component, computed, effect, inject, input, untracked } from '@angular/core';
import { MatButtonToggle, MatButtonToggleGroup } from '@angular/material/button-toggle';
import { Router, RouterLink } from '@angular/router';
import { ScrollText } from 'lucide';

import { Api } from '@core/api/api';
import type { Activity, Page } from '@core/api/documents';
import { Formats } from '@core/formats';
import { Texts } from '@core/i18n/texts';
import { Session } from '@core/session';
import { CursorList } from '@shared/cursor-list';
import { Cell } from '@shared/data-table/cell';
import { Column } from '@shared/data-table/data-table';
import { Listing } from '@shared/listing';

/** Who did what in the Message Centre, the latest first. */
@Component({
  selector: 'mc-activity',
  imports: [Cell, Listing, MatButtonToggle, MatButtonToggleGroup, RouterLink],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './activity.html',
  styleUrl: '../lists.scss',
})
export default class ActivityPage {
  /** `mine` shows only what the person did. */
  readonly show = input<'all' | 'mine', string | undefined>('all', {
    transform: (value) => (value === 'mine' ? 'mine' : 'all'),
  });
  readonly plan_id = input<string>();

  protected readonly texts = inject(Texts);
  protected readonly formats = inject(Formats);
  private readonly session = inject(Session);
  private readonly api = inject(Api);
  private readonly router = inject(Router);

  protected readonly icons = { ScrollText };
  protected readonly columns = computed<Column[]>(() => {
    const { t } = this.texts;
    return [
      { key: 'when', header: t('activity.when'), width: 'minmax(0, 1fr)' },
      { key: 'person', header: t('activity.person'), width: 'minmax(0, 1fr)' },
      { key: 'action', header: t('activity.action'), width: 'minmax(0, 1.4fr)' },
      { key: 'target', header: t('activity.target'), width: 'minmax(0, 1.4fr)', wideOnly: true },
    ];
  });
  protected readonly identify = (entry: Activity): string => entry.activity_id;
  protected readonly entries = new CursorList<Activity>(async (cursor, signal) => {
    const person = this.show() === 'mine' ? this.session.person()?.id : undefined;
    const query = { person, plan_id: this.plan_id(), cursor, limit: 50 };
    return (await this.api.call<Page<Activity>>('get', '/activity', { query, signal })).body;
  });

  constructor() {
    effect(() => {
      this.show();
      this.plan_id();
      untracked(() => void this.entries.restart());
    });
  }

  /** Where this page shows what was changed, if it does. */
  protected link({ target }: Activity): [string, string] | null {
    const [, kind = '', id = ''] = target.split('/');
    return (kind === 'campaigns' || kind === 'plans') && id ? [`/${kind}`, id] : null;
  }

  protected choose(show: 'all' | 'mine'): Promise<boolean> {
    const queryParams = { show: show === 'all' ? null : show };
    return this.router.navigate([], { queryParams, queryParamsHandling: 'merge', replaceUrl: true });
  }
}
