/**
 * Zod otherwise makes functions from text where it can, and tries whether it can: the page's policy refuses that. To be
 * imported before any module that has schemas.
 */
import { z } from 'zod'

z.config({ jitless: true })
