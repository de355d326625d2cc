import { HttpErrorResponse, HttpInterceptorFn, HttpRequest } from '@angular/common/http';
import { inject } from '@angular/core';
import { catchError, from, switchMap, throwError } from 'rxjs';

import { Session } from './session';

/** Signs calls of the Message Centre, and gets one new access token when an answer says that the old one is over. */
export const sessionInterceptor: HttpInterceptorFn = (request, next) => {
  if (!request.url.startsWith('/api/')) {
    return next(request); // uploads go to another origin, with a form of their own
  }
  const session = inject(Session);
  const signed = (): HttpRequest<unknown> => {
    const token = session.accessToken;
    return token ? request.clone({ setHeaders: { Authorization: `Bearer ${token}` } }) : request;
  };
  return next(signed()).pipe(
    catchError((refusal: unknown) => {
      if (!(refusal instanceof HttpErrorResponse) || refusal.status !== 401) {
        return throwError(() => refusal);
      }
      return from(session.refresh()).pipe(
        switchMap((renewed) => {
          if (renewed) {
            return next(signed());
          }
          void session.expired();
          return throwError(() => refusal);
        }),
      );
    }),
  );
};
