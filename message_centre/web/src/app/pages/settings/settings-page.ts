import { ChangeDetectionStrategy, Component, computed, inject, signal } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatFormFieldModule } from '@angular/material/form-field';
import { MatInput } from '@angular/material/input';
import { MatRadioModule } from '@angular/material/radio';
import { MatSelectModule } from '@angular/material/select';

import { Api } from '@core/api/api';
import type { CentreSettings, Person, ThemeChoice } from '@core/api/documents';
import { Problem } from '@core/api/problem';
import { Formats } from '@core/formats';
import { LANGUAGES, Language, Texts } from '@core/i18n/texts';
import { LastChange } from '@core/last-change';
import { Session } from '@core/session';
import { Theme } from '@core/theme';
import { Conflict } from '@shared/conflict';
import { Loaded } from '@shared/loaded';
import { ProblemPanel } from '@shared/problem-panel';
import { Skeleton } from '@shared/skeleton';
import { ZoneField } from '../plan/zone-field';

/** What a person prefers, and what an administrator sets for everybody. */
@Component({
  selector: 'mc-settings-page',
  imports: [
    Conflict,
    MatButton,
    MatFormFieldModule,
    MatInput,
    MatRadioModule,
    MatSelectModule,
    ProblemPanel,
    Skeleton,
    ZoneField,
  ],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './settings-page.html',
  styles: `
    .pair {
      display: grid;
      grid-template-columns: repeat(auto-fit, minmax(min(240px, 100%), 1fr));
      gap: 16px;
      align-items: start;
    }
    p {
      margin: 0 0 12px;
    }
    .below {
      display: flex;
      flex-wrap: wrap;
      gap: 8px 16px;
      align-items: center;
      margin-top: 16px;
    }
    .below p {
      margin: 0;
    }
  `,
})
export default class SettingsPage {
  private readonly api = inject(Api);
  private readonly session = inject(Session);
  private readonly lastChange = inject(LastChange);
  protected readonly theme = inject(Theme);
  protected readonly texts = inject(Texts);
  protected readonly formats = inject(Formats);

  protected readonly languages = LANGUAGES;
  protected readonly themes: readonly ThemeChoice[] = ['system', 'light', 'dark'];
  protected readonly mayChange = computed(() => this.session.may('admin'));
  protected readonly problem = signal<Problem | null>(null);
  protected readonly ownProblem = signal<Problem | null>(null);
  protected readonly busy = signal(false);
  protected readonly saved = signal(false);
  /** What was to be changed when somebody else had changed the settings already. */
  protected readonly conflict = signal<{ mine: Partial<CentreSettings>; person: string | null } | null>(null);
  private etag: string | null = null;
  protected readonly settings = new Loaded<CentreSettings>(async (signal) => {
    const { body, etag } = await this.api.call<CentreSettings>('get', '/settings', { signal });
    this.etag = etag;
    return body;
  });

  constructor() {
    void this.settings.reload();
  }

  protected async speak(language: Language): Promise<void> {
    await this.texts.use(language);
    await this.prefer({ language });
  }

  protected async paint(theme: ThemeChoice): Promise<void> {
    this.theme.choose(theme);
    await this.prefer({ theme });
  }

  protected async prefer(preference: Partial<Pick<Person, 'time_zone' | 'language' | 'theme'>>): Promise<void> {
    this.ownProblem.set(null);
    try {
      const { body } = await this.api.call<Person>('patch', '/me', { body: preference });
      this.session.person.set(body);
    } catch (cause) {
      this.ownProblem.set(Problem.of(cause));
    }
  }

  protected async save(threshold: string, address: string, name: string): Promise<void> {
    const from = Math.round(Number(threshold));
    await this.change({
      approval_from_recipients: threshold.trim() && from >= 1 ? from : null,
      default_from_address: address.trim() || null,
      default_from_name: name.trim() || null,
    });
  }

  protected async change(change: Partial<CentreSettings>): Promise<void> {
    this.busy.set(true);
    this.saved.set(false);
    this.problem.set(null);
    this.conflict.set(null);
    try {
      const { body, etag } = await this.api.call<CentreSettings>('patch', '/settings', {
        body: change,
        ifMatch: this.etag,
      });
      this.etag = etag;
      this.settings.value.set(body);
      this.saved.set(true);
    } catch (cause) {
      const problem = Problem.of(cause);
      if (problem.type === 'stale-revision') {
        const person = await this.lastChange.by(({ action }) => action === 'change_settings');
        this.conflict.set({ mine: change, person });
      } else {
        this.problem.set(problem);
      }
    } finally {
      this.busy.set(false);
    }
  }

  /** Ends a conflict: with the own values over theirs. */
  protected async keepMine(mine: Partial<CentreSettings>): Promise<void> {
    try {
      this.etag = (await this.api.call<CentreSettings>('get', '/settings')).etag;
      await this.change(mine);
    } catch (cause) {
      this.problem.set(Problem.of(cause));
    }
  }

  /** Ends a conflict: the page shows what the other person set. */
  protected async takeTheirs(): Promise<void> {
    this.conflict.set(null);
    // Fields that were typed into show the other values only when they are made anew.
    this.settings.value.set(null);
    await this.settings.reload();
  }
}
