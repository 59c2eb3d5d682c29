import type { Application } from '../applications/application.ts'

/**
 * Whether the person was sent to the counter because the face did not match, and no clerk has checked their identity since.
 */
export function sentToCounter(applications: readonly Application[]): boolean {
  const last = (times: readonly (number | undefined)[]) => Math.max(0, ...times.map(time => time ?? 0))
  const refused = last(
    applications.filter(({ refusal }) => refusal === 'face_not_matched').map(({ times }) => times.refused),
  )
  const checked = last(
    applications.filter(({ channel }) => channel === 'counter').map(({ times }) => times.identity_checked),
  )
  return refused > 0 && refused >= checked
}
