import { ChangeDetectionStrategy, Component, ElementRef, computed, inject, signal, viewChild } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatMenu, MatMenuItem, MatMenuTrigger } from '@angular/material/menu';
import { NavigationEnd, Router, RouterLink, RouterLinkActive, RouterOutlet } from '@angular/router';
import { Check, CloudOff, Ellipsis, LogOut, Moon, Plus, Sun, SunMoon } from 'lucide';
import { filter } from 'rxjs';

import { Api } from '../api/api';
import type { Plan, ThemeChoice } from '../api/documents';
import { Problem } from '../api/problem';
import { Connectivity } from '../connectivity';
import { Formats } from '../formats';
import { LANGUAGES, Language, Texts } from '../i18n/texts';
import { Session } from '../session';
import { Theme } from '../theme';
import { NAVIGATION } from './navigation';
import { Icon } from '@shared/icon';
import { ProblemPanel } from '@shared/problem-panel';

/** The frame of every page: navigation, account, and the page itself as main part. */
@Component({
  selector: 'mc-shell',
  imports: [
    Icon,
    MatButton,
    MatMenu,
    MatMenuItem,
    MatMenuTrigger,
    ProblemPanel,
    RouterLink,
    RouterLinkActive,
    RouterOutlet,
  ],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './shell.html',
  styleUrl: './shell.scss',
})
export default class Shell {
  protected readonly texts = inject(Texts);
  protected readonly session = inject(Session);
  protected readonly theme = inject(Theme);
  protected readonly connectivity = inject(Connectivity);
  private readonly api = inject(Api);
  private readonly formats = inject(Formats);
  private readonly router = inject(Router);
  private readonly main = viewChild.required<ElementRef<HTMLElement>>('main');

  protected readonly icons = { Check, CloudOff, Ellipsis, LogOut, Plus };
  protected readonly languages = LANGUAGES;
  protected readonly themes: readonly { choice: ThemeChoice; icon: typeof Sun }[] = [
    { choice: 'light', icon: Sun },
    { choice: 'dark', icon: Moon },
    { choice: 'system', icon: SunMoon },
  ];
  protected readonly groups = computed(() => {
    this.session.person();
    return NAVIGATION.map((group) => group.filter((item) => this.session.may(item.role))).filter(
      (group) => group.length > 0,
    );
  });
  protected readonly bar = computed(() =>
    this.groups()
      .flat()
      .filter((item) => item.phone),
  );
  protected readonly rest = computed(() =>
    this.groups()
      .flat()
      .filter((item) => !item.phone),
  );
  protected readonly initials = computed(() =>
    (this.session.person()?.name ?? '')
      .split(/\s+/)
      .map((part) => part.charAt(0))
      .slice(0, 2)
      .join(''),
  );
  protected readonly role = computed(() => this.session.person()?.roles.at(-1) ?? 'viewer');
  /** Whether a campaign is being planned: that belongs to the campaigns, though its address is another one. */
  protected readonly planning = signal(false);
  protected readonly busy = signal(false);
  protected readonly problem = signal<Problem | null>(null);

  constructor() {
    let first = true;
    this.router.events.pipe(filter((event) => event instanceof NavigationEnd)).subscribe(() => {
      // Screen readers begin at the new page, not where the link was; the first page is where they are anyway.
      if (!first) {
        this.main().nativeElement.focus({ preventScroll: true });
      }
      first = false;
      this.problem.set(null);
      this.planning.set(this.router.url.startsWith('/plans/'));
    });
  }

  protected async newCampaign(): Promise<void> {
    this.busy.set(true);
    this.problem.set(null);
    try {
      const name = this.texts.t('core.newCampaignName', { date: this.formats.date(new Date().toISOString()) });
      const { body: plan } = await this.api.call<Plan>('post', '/plans', {
        body: { name },
        idempotencyKey: crypto.randomUUID(),
      });
      await this.router.navigate(['/plans', plan.plan_id, 'audience']);
    } catch (cause) {
      this.problem.set(Problem.of(cause));
    } finally {
      this.busy.set(false);
    }
  }

  protected async choose(language: Language): Promise<void> {
    await this.texts.use(language);
    await this.keep({ language });
  }

  protected async paint(theme: ThemeChoice): Promise<void> {
    this.theme.choose(theme);
    await this.keep({ theme: theme === 'system' ? null : theme });
  }

  private async keep(preference: { language?: Language; theme?: 'light' | 'dark' | null }): Promise<void> {
    try {
      await this.api.call('patch', '/me', { body: preference });
    } catch (cause) {
      console.warn(cause); // it holds in this browser all the same
    }
  }
}
