/** The shapes that the API speaks in, as its contract has them. Types only; never loaded by a browser. */

/** @typedef {{ seatType: string, quantity: number }} SeatQuantity */
/** @typedef {{ firstName: string, lastName: string, email: string }} Person */
/**
 * @typedef {object} ConferenceAlias
 * @property {string} code
 * @property {string} name
 * @property {string | null} tagline
 * @property {string} location
 * @property {string} startDate
 * @property {string} endDate
 */
/**
 * @typedef {object} SeatType
 * @property {string} id
 * @property {string} name
 * @property {string} description
 * @property {string} price decimal, two places
 * @property {string} currency
 * @property {number} quantity
 * @property {number} availableQuantity
 */
/**
 * @typedef {object} ConferenceMembers
 * @property {string} id
 * @property {string} description
 * @property {string | null} twitterSearch
 * @property {SeatType[]} seatTypes
 */
/** @typedef {ConferenceAlias & ConferenceMembers} Conference */
/**
 * @typedef {object} OrderLine
 * @property {string} seatType
 * @property {string} description
 * @property {number} requestedQuantity
 * @property {number | null} reservedQuantity null while the reservation is pending
 * @property {string} unitPrice
 * @property {string} lineTotal
 */
/**
 * @typedef {"pendingReservation" | "partiallyReserved" | "reservationCompleted" | "rejected" | "confirmed"
 * } OrderState
 */
/**
 * @typedef {object} Order
 * @property {string} orderId
 * @property {string} conferenceCode
 * @property {OrderState} state
 * @property {number} version
 * @property {string} accessCode
 * @property {string | null} reservationExpiresAt
 * @property {OrderLine[]} lines
 * @property {string} total
 * @property {string} currency
 * @property {boolean} isFreeOfCharge
 * @property {Person | null} registrant
 * @property {string | null} assignmentsId
 * @property {boolean} [refundDue] money was taken that buys nothing
 * @property {string} [refundAmount] how much, of all such payments; there when `refundDue` is
 * @property {boolean} [registrantForgotten] nobody can read any more who registered and who attends
 */
/** @typedef {{ paymentId: string, paymentUrl: string }} PaymentStarted */
/**
 * @typedef {object} Payment
 * @property {string} paymentId
 * @property {string} orderId
 * @property {string} description
 * @property {string} totalAmount
 * @property {string} currency
 * @property {"initiated" | "accepted" | "rejected"} state
 */
/** @typedef {{ position: number, seatType: string, seatName: string, attendee: Person | null }} AssignedSeat */
/** @typedef {{ assignmentsId: string, orderId: string, seats: AssignedSeat[] }} Assignments */
/** @typedef {Omit<SeatType, "availableQuantity"> & { availableQuantity?: number }} ManagedSeatType */
/**
 * @typedef {object} ConferenceDetails
 * @property {string} name
 * @property {string} description
 * @property {string} location
 * @property {string | null} tagline
 * @property {string | null} twitterSearch
 * @property {string} startDate
 * @property {string} endDate
 */
/**
 * @typedef {object} ManagedMembers
 * @property {string} id
 * @property {string} code
 * @property {string} ownerName
 * @property {string} ownerEmail
 * @property {boolean} isPublished
 * @property {boolean} wasEverPublished
 * @property {ManagedSeatType[]} seatTypes
 */
/** @typedef {ConferenceDetails & ManagedMembers} ManagedConference */
/** @typedef {{ position: number, seatName: string, attendee: Person | null }} ManagedSeat */
/**
 * @typedef {object} ManagedOrder
 * @property {string} orderId
 * @property {string} placedAt
 * @property {string} accessCode
 * @property {string | null} registrantName "Last, First"
 * @property {string | null} registrantEmail
 * @property {string} totalAmount
 * @property {string} currency
 * @property {"pending" | "paid" | "expired"} status
 * @property {boolean} [refundDue] money was taken that buys nothing
 * @property {string} [refundAmount] how much, of all such payments; there when `refundDue` is
 * @property {boolean} [registrantForgotten] nobody can read any more who registered and who attends
 * @property {ManagedSeat[]} attendees
 */

export {};
