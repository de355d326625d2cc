import { Routes } from '@angular/router';

import { roleGuard } from '@core/session.guard';

export default [
  {
    path: '',
    title: 'apiKeys.title',
    canActivate: [roleGuard('admin')],
    loadComponent: () => import('./api-keys-page'),
  },
] satisfies Routes;
