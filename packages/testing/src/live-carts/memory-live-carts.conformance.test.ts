import { liveCartSuite } from '../conformance/cart/live-cart-suite.ts'
import { memoryLiveCarts } from './memory-live-carts.ts'

liveCartSuite({
  name: 'in memory',
  open: async () => {
    const store = memoryLiveCarts()
    return { store, another: async () => store, dispose: () => store.close() }
  },
})
