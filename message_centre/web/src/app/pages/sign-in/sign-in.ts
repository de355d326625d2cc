import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { Router } from '@angular/router';

import { Texts } from '@core/i18n/texts';
import { Session } from '@core/session';

/** Leads to the issuer's page. */
@Component({
  selector: 'mc-sign-in',
  imports: [MatButton],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './sign-in.html',
  styleUrl: './sign-in.scss',
})
export default class SignInPage {
  /** Where to go on afterwards. */
  readonly return = input<string>();
  readonly left = input<string>();
  /** The type of a problem with which the issuer or the wrapper sent the person back. */
  readonly problem = input<string>();

  protected readonly texts = inject(Texts);
  protected readonly session = inject(Session);
  /** Paths of this site only: `//other.example` and `/\other.example` are other sites. */
  private readonly target = computed(() => {
    const wanted = this.return() ?? '/';
    return /^\/(?![/\\])/.test(wanted) ? wanted : '/';
  });
  protected readonly expired = computed(() => this.target() !== '/' && !this.problem());

  constructor() {
    if (this.session.signedIn()) {
      void inject(Router).navigateByUrl('/');
    }
  }

  /** Opens the page that was wanted anew. */
  protected again(): void {
    location.assign(this.target());
  }

  protected signIn(): void {
    this.session.signIn(this.target());
  }
}
