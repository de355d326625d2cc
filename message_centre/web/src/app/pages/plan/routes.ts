import { Routes } from '@angular/router';

export default [
  { path: 'new', title: 'plan.title', loadComponent: () => import('./new-plan') },
  {
    path: ':id',
    title: 'plan.title',
    loadComponent: () => import('./plan-page'),
    children: [
      { path: '', pathMatch: 'full', redirectTo: 'audience' },
      { path: 'audience', title: 'plan.steps.audience', loadComponent: () => import('./audience-step') },
      { path: 'content', title: 'plan.steps.content', loadComponent: () => import('./content-step') },
      { path: 'settings', title: 'plan.steps.settings', loadComponent: () => import('./settings-step') },
      { path: 'review', title: 'plan.steps.review', loadComponent: () => import('./review-step') },
    ],
  },
] satisfies Routes;
