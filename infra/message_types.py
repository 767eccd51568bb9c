"""Every message by the name it is stored and sent under.

WARNING: names are stored for ever. A class may be renamed or moved; its name here may not. When the shape of a message
changes by more than a field with a default, register the class under the next version and teach `upcasters` the step.
"""

from typing import Any

from domain.conference_management import conference as management
from domain.conference_management import events as conference
from domain.payments import third_party_processor_payment as payment
from domain.registration import order_messages as order
from domain.registration import registration_process as process
from domain.registration import seat_assignments as assignments
from domain.registration import seats_availability as availability

REGISTRY: dict[str, type[Any]] = {
    "conference_management.ConferenceCreated.v1": conference.ConferenceCreated,
    "conference_management.ConferenceUpdated.v1": conference.ConferenceUpdated,
    "conference_management.ConferencePublished.v1": conference.ConferencePublished,
    "conference_management.ConferenceUnpublished.v1": conference.ConferenceUnpublished,
    "conference_management.SeatCreated.v1": conference.SeatCreated,
    "conference_management.SeatUpdated.v1": conference.SeatUpdated,
    "conference_management.CreateConference.v1": management.CreateConference,
    "conference_management.UpdateConference.v1": management.UpdateConference,
    "conference_management.PublishConference.v1": management.PublishConference,
    "conference_management.UnpublishConference.v1": management.UnpublishConference,
    "conference_management.AddSeatType.v1": management.AddSeatType,
    "conference_management.UpdateSeatType.v1": management.UpdateSeatType,
    "conference_management.DeleteSeatType.v1": management.DeleteSeatType,
    "registration.RegisterToConference.v1": order.RegisterToConference,
    "registration.MarkSeatsAsReserved.v1": order.MarkSeatsAsReserved,
    "registration.AssignRegistrantDetails.v1": order.AssignRegistrantDetails,
    "registration.ConfirmOrder.v1": order.ConfirmOrder,
    "registration.RejectOrder.v1": order.RejectOrder,
    "registration.ReinstateOrder.v1": order.ReinstateOrder,
    "registration.RequireRefund.v1": order.RequireRefund,
    "registration.OrderPlaced.v1": order.OrderPlaced,
    "registration.OrderUpdated.v1": order.OrderUpdated,
    "registration.OrderTotalsCalculated.v1": order.OrderTotalsCalculated,
    "registration.OrderReservationCompleted.v1": order.OrderReservationCompleted,
    "registration.OrderPartiallyReserved.v1": order.OrderPartiallyReserved,
    "registration.OrderRegistrantAssigned.v1": order.OrderRegistrantAssigned,
    "registration.OrderConfirmed.v1": order.OrderConfirmed,
    "registration.OrderExpired.v1": order.OrderExpired,
    "registration.OrderReinstated.v1": order.OrderReinstated,
    "registration.OrderRefundRequired.v1": order.OrderRefundRequired,
    "registration.ForgetRegistrant.v1": order.ForgetRegistrant,
    "registration.OrderRegistrantForgotten.v1": order.OrderRegistrantForgotten,
    "registration.AddSeats.v1": availability.AddSeats,
    "registration.RemoveSeats.v1": availability.RemoveSeats,
    "registration.MakeSeatReservation.v1": availability.MakeSeatReservation,
    "registration.CommitSeatReservation.v1": availability.CommitSeatReservation,
    "registration.CancelSeatReservation.v1": availability.CancelSeatReservation,
    "registration.AvailableSeatsChanged.v1": availability.AvailableSeatsChanged,
    "registration.SeatsReserved.v1": availability.SeatsReserved,
    "registration.SeatsReservationCommitted.v1": availability.SeatsReservationCommitted,
    "registration.SeatsReservationCancelled.v1": availability.SeatsReservationCancelled,
    "registration.CreateSeatAssignments.v1": assignments.CreateSeatAssignments,
    "registration.AssignSeat.v1": assignments.AssignSeat,
    "registration.UnassignSeat.v1": assignments.UnassignSeat,
    "registration.SeatAssignmentsCreated.v1": assignments.SeatAssignmentsCreated,
    "registration.SeatAssigned.v1": assignments.SeatAssigned,
    "registration.SeatUnassigned.v1": assignments.SeatUnassigned,
    "registration.SeatAssignmentUpdated.v1": assignments.SeatAssignmentUpdated,
    "registration.ExpireRegistrationProcess.v1": process.ExpireRegistrationProcess,
    "payments.InitiateThirdPartyProcessorPayment.v1": payment.InitiateThirdPartyProcessorPayment,
    "payments.CompleteThirdPartyProcessorPayment.v1": payment.CompleteThirdPartyProcessorPayment,
    "payments.CancelThirdPartyProcessorPayment.v1": payment.CancelThirdPartyProcessorPayment,
    "payments.PaymentInitiated.v1": payment.PaymentInitiated,
    "payments.PaymentCompleted.v1": payment.PaymentCompleted,
    "payments.PaymentRejected.v1": payment.PaymentRejected,
}
