import { ChangeDetectionStrategy, Component, inject } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { RouterLink } from '@angular/router';
import { Compass } from 'lucide';

import { Texts } from '@core/i18n/texts';
import { EmptyState } from '@shared/empty-state';

@Component({
  selector: 'mc-not-found',
  imports: [EmptyState, MatButton, RouterLink],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <h1 class="mc-visually-hidden">{{ texts.t('core.notFound.title') }}</h1>
    <mc-empty [icon]="icon" [title]="texts.t('core.notFound.title')" [text]="texts.t('core.notFound.text')">
      <a matButton="filled" routerLink="/">{{ texts.t('core.notFound.home') }}</a>
    </mc-empty>
  `,
})
export default class NotFoundPage {
  protected readonly texts = inject(Texts);
  protected readonly icon = Compass;
}
