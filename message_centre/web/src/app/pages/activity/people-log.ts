import { ChangeDetectionStrategy, Component, computed, effect, inject, input, untracked } from '@angular/core';
import { RouterLink } from '@angular/router';
import { ScrollText } from 'lucide';

import { Api } from '@core/api/api';
import type { Activity, Page } from '@core/api/documents';
import { Formats } from '@core/formats';
import { Texts } from '@core/i18n/texts';
import { Names, subjectOf } from '@core/names';
import { CursorList } from '@shared/cursor-list';
import { Cell } from '@shared/data-table/cell';
import { Column } from '@shared/data-table/data-table';
import { Listing } from '@shared/listing';
import { Subject } from './subject';

/** What people did in the Message Centre, the latest first. */
@Component({
  selector: 'mc-people-log',
  imports: [Cell, Listing, RouterLink, Subject],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <mc-listing
      [list]="entries"
      [columns]="columns()"
      [identify]="identify"
      [label]="texts.t('activity.title')"
      [icon]="icon"
      [none]="texts.t('activity.none')"
      [noneText]="texts.t('activity.noneText')"
    >
      <ng-template mcCell="when" [mcCellOf]="entries.items()" let-entry>
        <span [title]="formats.exact(entry.at)">{{ formats.dateTime(entry.at) }}</span>
      </ng-template>
      <ng-template mcCell="person" [mcCellOf]="entries.items()" let-entry>
        <a
          class="person"
          [routerLink]="[]"
          [queryParams]="{ person: entry.person.id }"
          queryParamsHandling="merge"
          [attr.aria-label]="texts.t('activity.onlyOf', { name: entry.person.name })"
          >{{ entry.person.name }}</a
        >
      </ng-template>
      <ng-template mcCell="action" [mcCellOf]="entries.items()" let-entry>
        {{ texts.word('activity.actions', entry.action) }}
        @if (entry.detail) {
          <span class="mc-muted small">{{ texts.t('activity.refused', { reason: entry.detail }) }}</span>
        }
        <mc-subject class="below" [target]="entry.target" [called]="entry.target_name" />
      </ng-template>
      <ng-template mcCell="target" [mcCellOf]="entries.items()" let-entry>
        <mc-subject [target]="entry.target" [called]="entry.target_name" />
      </ng-template>
    </mc-listing>
  `,
  styleUrl: '../lists.scss',
  styles: `
    .person {
      color: inherit;
      text-decoration: none;
    }
    .person:hover {
      text-decoration: underline;
    }
  `,
})
export class PeopleLog {
  /** Id of the one person whose activity is shown; everybody's when it is left out. */
  readonly person = input<string>();
  readonly planId = input<string>();

  protected readonly texts = inject(Texts);
  protected readonly formats = inject(Formats);
  private readonly api = inject(Api);
  private readonly names = inject(Names);

  protected readonly icon = ScrollText;
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
    const query = { person: this.person(), plan_id: this.planId(), cursor, limit: 50 };
    const { body } = await this.api.call<Page<Activity>>('get', '/activity', { query, signal });
    const nameless = body.items.filter(({ target_name }) => !target_name);
    void this.names.find(nameless.map(({ target }) => subjectOf(target)).filter((subject) => subject !== null));
    return body;
  });

  constructor() {
    effect(() => {
      this.person();
      this.planId();
      untracked(() => void this.entries.restart());
    });
  }
}
