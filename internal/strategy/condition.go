package strategy

// Conditions is a set of failed outcomes, such as those that a retry policy
// retries.
type Conditions uint32

// One bit per outcome that some SDK treats in its own way.
const (
	On429        Conditions = 1 << iota
	OnFurther4xx            // 4xx without a bit of its own
	On500
	On502
	On503
	On504
	On5xx // other 5xx
	OnConnectTimeout
	OnResponseTimeout
	OnRefused
	OnReset
	OnMalformed
	OnMissingField
	OnEmpty
	OnThrottleCode // a JSON body with a throttling code, whatever the status
	On400
	On401
	On403
	On404
	On405
	OnTruncated // the body was cut short
	OnOutOfTime // the time for the call, its fetch or a leg was over; an OnResponseTimeout too (only texts of errors tell it apart)
	OnText      // a status from 400 on with a body that is no JSON, whatever the status

	OnTimeout    = OnConnectTimeout | OnResponseTimeout
	OnConnection = OnRefused | OnReset | OnTruncated
	OnAny5xx     = On500 | On502 | On503 | On504 | On5xx
	On4xx        = On400 | On401 | On403 | On404 | On405 | OnFurther4xx // all but 429
	OnAny4xx     = On429 | On4xx
	OnAnyStatus  = OnAny4xx | OnAny5xx
	// OnEvery is every failure: for clients that only look at whether an attempt
	// succeeded. What is OnText or OnOutOfTime is something else of these too.
	OnEvery = OnAnyStatus | OnTimeout | OnConnection | OnMalformed | OnMissingField | OnEmpty | OnThrottleCode
	// OnDefault is what `retry_on` means when it is left out.
	OnDefault = On429 | OnAny5xx | OnTimeout | OnConnection
)

// Has reports whether the set contains the outcome, which must be a failure.
func (c Conditions) Has(o *Outcome) bool { return c != 0 && c&condition(o) != 0 }

// Outside is what the set has and no outcome of the other set can be. A body has a
// bit beside that of its status, so an outcome may be in both sets by different bits.
func (c Conditions) Outside(other Conditions) Conditions {
	joint := other
	if other&OnThrottleCode != 0 {
		joint |= OnAnyStatus | OnMalformed
	}
	if other&OnText != 0 {
		joint |= OnAnyStatus
	}
	if other&OnAnyStatus != 0 {
		joint |= OnThrottleCode | OnText
	}
	if other&OnMalformed != 0 {
		joint |= OnThrottleCode
	}
	if other&OnOutOfTime != 0 {
		joint |= OnResponseTimeout
	}
	if other&OnResponseTimeout != 0 {
		joint |= OnOutOfTime
	}
	return c &^ joint
}

// condition returns the bits of a failed outcome: one for its failure, status or
// body; OnThrottleCode or OnText too if its body is so; OnOutOfTime too if it is.
func condition(o *Outcome) Conditions {
	switch o.Err {
	case ConnectTimeout:
		return OnConnectTimeout
	case ResponseTimeout:
		return OnResponseTimeout
	case OutOfTime:
		return OnResponseTimeout | OnOutOfTime
	case ConnRefused:
		return OnRefused
	case ConnReset:
		return OnReset
	case CutShort:
		return OnTruncated
	case HeldBack:
		return 0
	}
	var c Conditions
	if o.Body == BodyThrottleJSON {
		c = OnThrottleCode
	}
	if o.Status >= 400 {
		if o.Body == BodyText {
			c = OnText
		}
		return c | status(o.Status)
	}
	switch o.Body {
	case BodyMissingField:
		return c | OnMissingField
	case BodyEmpty:
		return c | OnEmpty
	}
	return c | OnMalformed
}

// status is the bit of a status from 400 on.
func status(code uint16) Conditions {
	switch code {
	case 400:
		return On400
	case 401:
		return On401
	case 403:
		return On403
	case 404:
		return On404
	case 405:
		return On405
	case 429:
		return On429
	case 500:
		return On500
	case 502:
		return On502
	case 503:
		return On503
	case 504:
		return On504
	}
	if code >= 500 {
		return On5xx
	}
	return OnFurther4xx
}
