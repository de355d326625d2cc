import { inject } from '@angular/core';
import { CanActivateChildFn, CanActivateFn, Router } from '@angular/router';

import type { Role } from './api/documents';
import { Session } from './session';

/** Lets in who is signed in; others sign in first and come back to where they wanted to go. */
export const signedInGuard: CanActivateChildFn = (_, state) => {
  const session = inject(Session);
  const router = inject(Router);
  return session.signedIn() || router.createUrlTree(['/sign-in'], { queryParams: { return: state.url } });
};

/** Lets in who has the role; others see the overview. */
export function roleGuard(role: Role): CanActivateFn {
  return () => inject(Session).may(role) || inject(Router).createUrlTree(['/']);
}
