import { Routes } from '@angular/router';

import { signedInGuard } from '@core/session.guard';

/** Each folder of pages has its own routes; titles are names of texts. */
export const routes: Routes = [
  { path: 'sign-in', title: 'core.signIn.title', loadComponent: () => import('./pages/sign-in/sign-in') },
  {
    path: '',
    canActivateChild: [signedInGuard],
    loadComponent: () => import('@core/shell/shell'),
    children: [
      {
        path: '',
        pathMatch: 'full',
        title: 'core.nav.overview',
        loadComponent: () => import('./pages/dashboard/dashboard'),
      },
      { path: 'campaigns', loadChildren: () => import('./pages/campaigns/routes') },
      { path: 'templates', loadChildren: () => import('./pages/templates/routes') },
      { path: 'recipient-files', loadChildren: () => import('./pages/recipient-files/routes') },
      { path: 'plans', loadChildren: () => import('./pages/plan/routes') },
      { path: 'suppressions', loadChildren: () => import('./pages/suppressions/routes') },
      { path: 'senders', loadChildren: () => import('./pages/senders/routes') },
      { path: 'api-keys', loadChildren: () => import('./pages/api-keys/routes') },
      { path: 'webhooks', loadChildren: () => import('./pages/webhooks/routes') },
      { path: 'settings', loadChildren: () => import('./pages/settings/routes') },
      { path: 'campaigns/:campaign_id', loadChildren: () => import('./pages/campaign/routes') },
      {
        path: 'recipients/:address',
        title: 'campaign.recipient.title',
        loadComponent: () => import('./pages/recipient/recipient'),
      },
      { path: 'activity', title: 'activity.title', loadComponent: () => import('./pages/activity/activity') },
      { path: '**', title: 'core.notFound.title', loadComponent: () => import('./pages/not-found/not-found') },
    ],
  },
];
