import { ChangeDetectionStrategy, Component, computed, inject } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { RouterLink } from '@angular/router';
import { ArrowRight, CircleAlert, Globe, Pencil, Send } from 'lucide';

import { Api } from '@core/api/api';
import type { Campaign, Dashboard } from '@core/api/documents';
import { Formats } from '@core/formats';
import { Texts } from '@core/i18n/texts';
import { Session } from '@core/session';
import { campaignTone, planTone } from '@shared/campaign-tone';
import { Chip } from '@shared/chip';
import { haltReason } from '@shared/halt-reason';
import { Icon } from '@shared/icon';
import { Loaded } from '@shared/loaded';
import { Meter } from '@shared/meter';
import { ProblemPanel } from '@shared/problem-panel';
import { Skeleton } from '@shared/skeleton';
import { AccountHealth } from './account-health';
import { LastDays } from './last-days';

const SECONDS = 15;
const STOPPED = new Set(['paused', 'halted']);

/** How the account and its campaigns are doing, and what waits for the person. */
@Component({
  selector: 'mc-dashboard',
  imports: [AccountHealth, Chip, Icon, LastDays, MatButton, Meter, ProblemPanel, RouterLink, Skeleton],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './dashboard.html',
  styleUrl: './dashboard.scss',
})
export default class DashboardPage {
  protected readonly texts = inject(Texts);
  protected readonly formats = inject(Formats);
  protected readonly session = inject(Session);
  private readonly api = inject(Api);

  protected readonly icons = { ArrowRight, CircleAlert, Globe, Pencil, Send };
  protected readonly campaignTone = campaignTone;
  protected readonly planTone = planTone;
  protected readonly dashboard = new Loaded<Dashboard>(
    async (signal) => (await this.api.call<Dashboard>('get', '/dashboard', { signal })).body,
  );
  protected readonly greeting = computed(() => {
    const hour = Number(
      new Intl.DateTimeFormat('en', { hour: 'numeric', hourCycle: 'h23', timeZone: this.formats.zone() }).format(
        this.formats.now(),
      ),
    );
    const part = hour < 12 ? 'morning' : hour < 18 ? 'day' : 'evening';
    return this.texts.t(`dashboard.greeting.${part}`, { name: this.session.person()?.name.split(' ')[0] ?? '' });
  });
  protected readonly running = computed(
    () => this.dashboard.value()?.running.filter(({ campaign }) => !STOPPED.has(campaign.state)) ?? [],
  );
  protected readonly stopped = computed(
    () => this.dashboard.value()?.running.filter(({ campaign }) => STOPPED.has(campaign.state)) ?? [],
  );

  constructor() {
    void this.dashboard.follow(() => SECONDS);
  }

  protected stoppedText(campaign: Campaign): string {
    return campaign.state === 'halted'
      ? this.texts.t('dashboard.halted', { reason: haltReason(campaign.reason, this.texts, this.formats) })
      : this.texts.t('dashboard.paused');
  }

  protected share(part: number, whole: number | null): number {
    return whole ? part / whole : 0;
  }
}
