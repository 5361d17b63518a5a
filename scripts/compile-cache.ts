import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** For processes that tests start: what Node has compiled of a module is kept between them, since they all load the same. */
export const compileCache = { NODE_COMPILE_CACHE: join(tmpdir(), 'cartwright-compile-cache') }
