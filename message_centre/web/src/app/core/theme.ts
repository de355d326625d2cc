import { Injectable, computed, effect, signal } from '@angular/core';

import type { ThemeChoice } from './api/documents';

const STORED = 'message-centre.theme';

/** Light or dark, by the system's preference unless the person chose. */
@Injectable({ providedIn: 'root' })
export class Theme {
  private readonly prefersDark = matchMedia('(prefers-color-scheme: dark)');
  readonly choice = signal<ThemeChoice>((localStorage.getItem(STORED) as ThemeChoice | null) ?? 'system');
  private readonly systemDark = signal(this.prefersDark.matches);

  constructor() {
    this.prefersDark.addEventListener('change', (event) => {
      this.systemDark.set(event.matches);
    });
    effect(() => {
      document.documentElement.dataset['theme'] = this.choice();
    });
  }

  readonly dark = computed(() => (this.choice() === 'system' ? this.systemDark() : this.choice() === 'dark'));

  choose(choice: ThemeChoice): void {
    this.choice.set(choice);
    localStorage.setItem(STORED, choice);
  }
}
