import { Routes } from '@angular/router';

export default [
  { path: '', title: 'suppressions.title', loadComponent: () => import('./suppressions-page') },
] satisfies Routes;
