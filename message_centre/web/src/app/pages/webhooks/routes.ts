import { Routes } from '@angular/router';

import { roleGuard } from '@core/session.guard';

export default [
  {
    path: '',
    canActivate: [roleGuard('admin')],
    children: [
      { path: '', title: 'webhooks.title', loadComponent: () => import('./webhooks-page') },
      { path: ':id', title: 'webhooks.title', loadComponent: () => import('./webhook-page') },
    ],
  },
] satisfies Routes;
