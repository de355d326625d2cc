import { provideHttpClient, withInterceptors } from '@angular/common/http';
import {
  ApplicationConfig,
  inject,
  provideAppInitializer,
  provideBrowserGlobalErrorListeners,
  provideZonelessChangeDetection,
} from '@angular/core';
import { MAT_FORM_FIELD_DEFAULT_OPTIONS } from '@angular/material/form-field';
import {
  TitleStrategy,
  provideRouter,
  withComponentInputBinding,
  withInMemoryScrolling,
  withRouterConfig,
} from '@angular/router';

import { routes } from './app.routes';
import { Language, Texts } from '@core/i18n/texts';
import { Session } from '@core/session';
import { sessionInterceptor } from '@core/session.interceptor';
import { Theme } from '@core/theme';
import { PageTitle } from '@core/page-title';

export const appConfig: ApplicationConfig = {
  providers: [
    provideBrowserGlobalErrorListeners(),
    provideZonelessChangeDetection(),
    provideHttpClient(withInterceptors([sessionInterceptor])),
    provideRouter(
      routes,
      withComponentInputBinding(),
      withRouterConfig({ paramsInheritanceStrategy: 'always' }),
      withInMemoryScrolling({ scrollPositionRestoration: 'enabled', anchorScrolling: 'enabled' }),
    ),
    { provide: TitleStrategy, useClass: PageTitle },
    {
      provide: MAT_FORM_FIELD_DEFAULT_OPTIONS,
      useValue: { appearance: 'outline', subscriptSizing: 'dynamic' },
    },
    provideAppInitializer(start),
  ],
};

async function start(): Promise<void> {
  const texts = inject(Texts);
  const session = inject(Session);
  const theme = inject(Theme);
  const [, renewed] = await Promise.allSettled([texts.useStored(), session.refresh()]);
  if (renewed.status === 'rejected') {
    console.warn(renewed.reason); // the sign-in page says that there is no answer
    return;
  }
  const person = session.person();
  if (person?.theme) {
    theme.choose(person.theme);
  }
  if (person?.language && person.language !== texts.language()) {
    await texts.use(person.language as Language);
  }
}
