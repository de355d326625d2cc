import { Routes } from '@angular/router';

export default [
  { path: '', title: 'templates.title', loadComponent: () => import('./templates-page') },
  { path: ':id', title: 'templates.title', loadComponent: () => import('./template-page') },
] satisfies Routes;
