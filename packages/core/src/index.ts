export type { AccountMail, OpenedSession, Session } from './accounts/account.ts'
export type {
  ChangePasswordInput,
  LoginInput,
  OfSessionInput,
  OfSessionsInput,
  RegisterInput,
  RequestResetInput,
  ResetPasswordInput,
  SessionTokenInput,
  VerifyEmailInput,
} from './accounts/account-input.ts'
export type { PasswordHasher } from './accounts/password-hasher.ts'
export type { Actor } from './actor.ts'
export type { AuditInput, AuditReport } from './audit/audit-service.ts'
export type { AuditCheckId, AuditCheckResult } from './audit/audit-store.ts'
export type { LeftOffenders, RepairedOffender, RepairInput, RepairReport } from './audit/repair.ts'
export type { CartLimits, CartView, PricedCartLine } from './cart/cart.ts'
export type { CartHold, CartHoldRules } from './cart/cart-hold.ts'
export type { HoldCartInput, MergeCartsInput } from './cart/cart-input.ts'
export type { MergeResult } from './cart/merge-guest-cart.ts'
export type { MergeProblem, MergeStrategy } from './cart/merge-rules.ts'
export type { CacheOptions } from './catalog/catalog-cache-options.ts'
export type { ImportReport, ImportResult } from './catalog/catalog-service.ts'
export type { Page, ProductFilter, ProductSort } from './catalog/catalog-store.ts'
export type { View } from './catalog/catalog-views.ts'
export type { ImportRejection } from './catalog/import-record.ts'
export type { ProductInput } from './catalog/import-record-input.ts'
export type { AttributeValue, BundleComponent, Category, Image, Price, Product, ProductStatus, Variant } from './catalog/product.ts'
export type { AvailabilityView, VariantAvailability } from './catalog/product-availability.ts'
export type { Day, SaleDays } from './catalog/sale-days.ts'
export type { CancelInput, FinaliseInput, PayInput, PlaceInput, QuoteInput, ResumeInput } from './checkout/checkout-input.ts'
export type { Prepared } from './checkout/host-checkout.ts'
export type { Placed } from './checkout/placement.ts'
export { defaultTiming, type Timing } from './context.ts'
export { type Commerce, type CommerceOptions, createCommerce } from './create-commerce.ts'
export type { CreditChange, CreditEntry, CreditKind, CreditStatus, OrderCredit, QuoteCredit } from './credit/credit.ts'
export type {
  AdjustCreditInput,
  AdjustGiftCardInput,
  CreditBalanceInput,
  CreditEntriesInput,
  FindGiftCardInput,
  GiftCardCodeInput,
  GiftCardEntriesInput,
  GrantCreditInput,
  IssueGiftCardInput,
  ListGiftCardsInput,
  OfGiftCardInput,
} from './credit/credit-input.ts'
export type { CreditMovement, GiftCard, GiftCardBalance } from './credit/credit-view.ts'
export type { IssuedGiftCard } from './credit/gift-card-service.ts'
export type { StoreCreditBalance } from './credit/store-credit-service.ts'
export type { Customer, CustomerAddress } from './customers/customer.ts'
export type { CustomerDirectory, DirectoryCustomer } from './customers/customer-directory.ts'
export type {
  EraseCustomerInput,
  ListCustomersInput,
  OfAddressInput,
  OfCustomerInput,
  PutAddressInput,
  SetGroupsInput,
  UpdateCustomerInput,
} from './customers/customer-input.ts'
export type { ErasedCustomer } from './customers/erase-customer.ts'
export type { CustomerExport } from './customers/export-customer.ts'
export {
  CommerceError,
  type ErrorCode,
  type ErrorDetails,
  type ErrorKind,
  errorTable,
  type InputIssue,
  isCommerceError,
  type LineProblem,
  type VoucherRefusal,
} from './errors.ts'
export type { DomainEvent, EventPayloads, Topic } from './events/domain-event.ts'
export type { EventPublisher } from './events/event-publisher.ts'
export type { Publication, Subscription } from './events/event-service.ts'
export { type AddressId, type CreditAccountId, type CustomerId, cryptoRandom, type IdSource, type Random, uuidV7Source } from './ids.ts'
export type { InboxEvent, InboxOutcome } from './inbox/inbox-event.ts'
export type { InboxState } from './inbox/inbox-machine.ts'
export type { ReceivedWebhook } from './inbox/receive-webhook.ts'
export { type Admission, inProcessAdmission } from './inventory/admission.ts'
export type { AdmissionOptions } from './inventory/admission-gate.ts'
export type { Adjustment, ClaimInput } from './inventory/inventory-service.ts'
export type { BatchLimits, InventoryOptions, StrategyName } from './inventory/reservation-strategy.ts'
export type { Allocation, LedgerEntry, LedgerReason, Location, Reservation, StockBand, StockClaim, StockLevel } from './inventory/stock.ts'
export { type Currency, formatDecimal, type Money, minorDigits, parseDecimal } from './money/money.ts'
export type { Address } from './orders/address.ts'
export type { OrderEdit, OrderEditPreview } from './orders/edit-order.ts'
export type { DisplayStatus, Fulfilment, OrderHistoryEntry, OrderLine } from './orders/order.ts'
export type {
  DeliverInput,
  EditInput,
  FulfilInput,
  GetOrderInput,
  ListOrdersInput,
  OfOrderInput,
  PreviewEditInput,
  QuoteAdditionInput,
  RefundInput,
} from './orders/order-input.ts'
export type { OrderRefund, OrderRefundLine } from './orders/order-refund.ts'
export type { OrderView, OrderWithAdditions } from './orders/order-view.ts'
export type { PlannedShipment, ShipmentPlan } from './orders/plan-shipments.ts'
export type { OrderRefundView, Refundable } from './orders/refund-order.ts'
export type { TimelineEntry } from './orders/timeline.ts'
export type { Dispute, Refund } from './payments/payment.ts'
export type { GetPaymentInput, ListWebhooksInput, ReconcileInput, WebhookInput, WebhookKeyInput } from './payments/payment-input.ts'
export type { PaymentProvider } from './payments/payment-provider.ts'
export type { PaymentReport, PaymentView, ProviderReport } from './payments/payment-report.ts'
export type { ProviderReconciliation, ReconciledDifference, Reconciliation } from './payments/reconcile-payments.ts'

export type { DeliveryTime, DispatchCalendar } from './pricing/delivery-estimate.ts'
export type { ListPrice, UnitPrice } from './pricing/list-price.ts'
export type { Place } from './pricing/places.ts'
export type { PriceList, PriceStep } from './pricing/price-list.ts'
export type {
  ListPriceListsInput,
  ListPricesInput,
  OfPriceListInput,
  PricesForInput,
  RemovePricesInput,
  SavePriceListInput,
  SetPricesInput,
} from './pricing/price-list-input.ts'
export type { BuyersPrice, PriceService } from './pricing/price-service.ts'
export type { Quote, QuotedComponent, QuoteLine } from './pricing/quote.ts'
export { type DeliveryEstimate, flatShipping, type PickupPoint, type ShippingRate, type ShippingRates } from './pricing/shipping-rates.ts'
export {
  type Amounts,
  type ShippingPrice,
  type ShippingZone,
  type ShippingZones,
  shippingZones,
  type ZonedMethod,
  type ZonesPickup,
} from './pricing/shipping-zones.ts'
export type { SoldComponent } from './pricing/stock-terms.ts'
export type { Halves } from './pricing/tax-arithmetic.ts'
export { noTax, type TaxAmount, type TaxCalculator } from './pricing/tax-calculator.ts'
export { type PlaceTax, type TaxedPlace, type TaxRules, type TaxTable, taxTable } from './pricing/tax-table.ts'
export type {
  AmountByCurrency,
  AppliedPromotion,
  ItemFilter,
  LineDiscount,
  Promotion,
  PromotionConditions,
  PromotionEffect,
  PromotionLimits,
  PromotionStacking,
  PromotionStatus,
  QuotePromotions,
  SkippedPromotion,
  SkipReason,
  Voucher,
} from './promotions/promotion.ts'
export type {
  CreatePromotionInput,
  CreateVoucherInput,
  GenerateVouchersInput,
  ListPromotionsInput,
  ListVouchersInput,
  OfPromotionInput,
  OfVoucherInput,
  UpdatePromotionInput,
} from './promotions/promotion-input.ts'
export type { VoucherView } from './promotions/voucher-service.ts'

export type { Return, ReturnHistoryEntry, ReturnLine, ReturnReason } from './returns/return.ts'
export type {
  ListReturnsInput,
  OfReturnInput,
  ReceiveReturnInput,
  RefundReturnInput,
  RejectReturnInput,
  RequestReturnInput,
} from './returns/return-input.ts'
export type { ReturnStatus } from './returns/return-machine.ts'
export type { RefundedReturn } from './returns/return-service.ts'
export type { Rating, RatingSummary, ReviewReason, ReviewRules } from './reviews/review.ts'
export type {
  AllReviewsInput,
  EditReviewInput,
  ListReviewsInput,
  ModerateReviewInput,
  MyReviewsInput,
  OfReviewInput,
  ReplyReviewInput,
  ReviewQueueInput,
  ReviewSummaryInput,
  SubmitReviewInput,
  VoteReviewInput,
} from './reviews/review-input.ts'
export type { ReviewStatus } from './reviews/review-machine.ts'
export type { OwnReviewView, ReviewView, StaffReviewView } from './reviews/review-view.ts'
export { type CacheLevel, type InProcessCacheOptions, inProcessCache } from './runtime/cache.ts'
export { type LogFields, type Logger, silentLogger } from './runtime/logger.ts'
export { inProcessRateLimiter, type RateDecision, type RateLimit, type RateLimiter, type RateRequest } from './runtime/rate-limiter.ts'
export type { RateLimitOptions, RateRule } from './runtime/rate-rules.ts'
export { liveCartSteps, type PurchaseStep, purchaseSteps, type ShopStep, type StepProbe, webhookSteps } from './runtime/step-probe.ts'
export { systemTimers, type Timers } from './runtime/timers.ts'
export { miniSearchIndex, type SearchTuning } from './search/minisearch-index.ts'
export type { SearchIndex } from './search/search-index.ts'
export type { SearchInput, SuggestInput } from './search/search-input.ts'
export type {
  PriceRange,
  ProductRating,
  SearchAnswer,
  SearchFacet,
  SearchHighlights,
  SearchHit,
  SearchSort,
  SuggestAnswer,
  TextPiece,
} from './search/search-query.ts'
export type { SearchRule, SearchSettings, SynonymGroup } from './search/search-settings.ts'
export type { ReadSearchSettingsInput, SaveSearchSettingsInput } from './search/search-settings-input.ts'
export type { Storage } from './storage/storage.ts'
export { type Clock, databaseClock, type Now } from './time.ts'
export type { TransactionalCommerce } from './transactional-commerce.ts'
export type { MovedWishes } from './wish-lists/move-wishes.ts'
export {
  maxWishListItems,
  maxWishLists,
  type WishList,
  type WishListItem,
  type WishListSharing,
  type WishListSummary,
} from './wish-lists/wish-list.ts'
export type {
  AddWishInput,
  CreateWishListInput,
  GetWishListInput,
  MoveWishesInput,
  OfWishListInput,
  RemoveWishInput,
  RenameWishListInput,
  SharedWishListInput,
  ShareWishListInput,
  WishListsInput,
} from './wish-lists/wish-list-input.ts'
export type { SharedWishListView, WishListView, WishView } from './wish-lists/wish-list-view.ts'
export type { WorkFailure } from './worker/work-failure.ts'
export type { JobReport, WorkerJob } from './worker/worker-input.ts'
export type { ConsumerLag, DueJob, JobLag, ListingLag, WorkerLag } from './worker/worker-lag.ts'
export type { RunningWorker } from './worker/worker-loop.ts'
