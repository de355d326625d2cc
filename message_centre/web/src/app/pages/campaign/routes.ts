import { Routes } from '@angular/router';

export default [
  {
    path: '',
    title: 'campaign.title',
    loadComponent: () => import('./campaign'),
    children: [
      { path: '', loadComponent: () => import('./results') },
      { path: 'messages', title: 'campaign.messages.title', loadComponent: () => import('../messages/messages') },
    ],
  },
] satisfies Routes;
