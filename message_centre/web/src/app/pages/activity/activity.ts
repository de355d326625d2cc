import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';
import { MatButtonToggle, MatButtonToggleGroup } from '@angular/material/button-toggle';
import { Router, RouterLink } from '@angular/router';

import { Texts } from '@core/i18n/texts';
import { Session } from '@core/session';
import { AuditLog } from './audit-log';
import { PeopleLog } from './people-log';

type View = 'all' | 'mine' | 'programs';

/** Who did what: people in the Message Centre and, for administrators, every program with the platform. */
@Component({
  selector: 'mc-activity',
  imports: [AuditLog, MatButtonToggle, MatButtonToggleGroup, PeopleLog, RouterLink],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './activity.html',
  styles: `
    .only {
      margin: 0;
    }
  `,
})
export default class ActivityPage {
  readonly show = input<View, string | undefined>('all', {
    transform: (value) => (value === 'mine' || value === 'programs' ? value : 'all'),
  });
  readonly person = input<string>();
  readonly plan_id = input<string>();

  protected readonly texts = inject(Texts);
  private readonly session = inject(Session);
  private readonly router = inject(Router);

  protected readonly mayAudit = computed(() => this.session.may('admin'));
  protected readonly view = computed<View>(() =>
    this.show() === 'programs' && !this.mayAudit() ? 'all' : this.show(),
  );
  protected readonly whose = computed(() => (this.view() === 'mine' ? this.session.person()?.id : this.person()));

  protected choose(view: View): Promise<boolean> {
    const queryParams = { show: view === 'all' ? null : view, person: null };
    return this.router.navigate([], { queryParams, queryParamsHandling: 'merge', replaceUrl: true });
  }
}
