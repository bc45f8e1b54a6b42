-- One query a kind: the compound (or company) first, then the fields of its record in oversight.facts.
-- {believed} and {entered} follow asof.basis; :ids is bound.

-- name: contracts
SELECT f.compound_id, f.id, f.company_id, f.kind, f.filed, f.model_text, f.end_reason,
       lower(f.valid), upper(f.valid){entered}
FROM registry.contract AS f
WHERE f.compound_id = ANY(%(ids)s) AND {believed}

-- name: ratings
SELECT f.compound_id, f.id, f.round_id, n.number, f.star, f.company_id, n.cutoff_on,
       n.published_on, n.includes_ladder{entered}
FROM oversight.rating AS f
JOIN (
    SELECT id, cutoff_on, published_on, includes_ladder,
           row_number() OVER (PARTITION BY city_code ORDER BY published_on, id) AS number
    FROM oversight.rating_round
    WHERE published_on IS NOT NULL AND superseded_at IS NULL
) AS n ON n.id = f.round_id
WHERE f.compound_id = ANY(%(ids)s) AND {believed}

-- name: violations
SELECT f.compound_id, f.id, f.compound_id, f.type_code, f.offender_kind, f.company_id,
       f.committee_id, f.member_id, f.incident, f.severity, f.occurred_on, f.found_on,
       f.confirmed_on, f.appealed_on, f.closed_on, f.revoked_on{entered}
FROM oversight.violation AS f
WHERE f.compound_id = ANY(%(ids)s) AND {believed}

-- name: orders
SELECT f.compound_id, f.id, f.violation_id, f.company_id, f.issued_on, f.due_on, f.done_on,
       f.accepted_on, f.withdrawn_on{entered}
FROM oversight.rectification_order AS f
WHERE f.compound_id = ANY(%(ids)s) AND {believed}

-- name: order_extensions
SELECT f.order_id, f.granted_on, f.due_on
FROM oversight.order_extension AS f
JOIN oversight.rectification_order AS o ON o.id = f.order_id
WHERE o.compound_id = ANY(%(ids)s) AND f.superseded_at IS NULL

-- name: order_reopenings
SELECT f.order_id, f.reopened_on, f.due_on, f.done_on, f.accepted_on
FROM oversight.order_reopening AS f
JOIN oversight.rectification_order AS o ON o.id = f.order_id
WHERE o.compound_id = ANY(%(ids)s) AND f.superseded_at IS NULL

-- name: referrals
SELECT f.compound_id, f.id, f.violation_id, f.agency_id, a.kind, f.sent_on, f.due_on,
       f.received_on, f.answered_on, f.outcome, f.withdrawn_on{entered}
FROM oversight.referral AS f
JOIN oversight.agency AS a ON a.id = f.agency_id
WHERE f.compound_id = ANY(%(ids)s) AND {believed}

-- name: referral_extensions
SELECT f.referral_id, f.granted_on, f.due_on
FROM oversight.referral_extension AS f
JOIN oversight.referral AS r ON r.id = f.referral_id
WHERE r.compound_id = ANY(%(ids)s) AND f.superseded_at IS NULL

-- name: referral_reopenings
SELECT f.referral_id, f.reopened_on, f.due_on, f.answered_on, NULL::date
FROM oversight.referral_reopening AS f
JOIN oversight.referral AS r ON r.id = f.referral_id
WHERE r.compound_id = ANY(%(ids)s) AND f.superseded_at IS NULL

-- name: measures
SELECT f.compound_id, f.id, f.kind, f.company_id, f.compound_id, f.due_on, f.decided_on, f.ends_on,
       f.done_on, f.withdrawn_on{entered}
FROM oversight.measure AS f
WHERE f.compound_id = ANY(%(ids)s) AND {believed}

-- name: exit_cases
SELECT f.compound_id, f.id, f.compound_id, f.company_id, f.ground, f.opened_on, f.decided_on,
       f.closed_on, f.withdrawn_on{entered}
FROM oversight.exit_case AS f
WHERE f.compound_id = ANY(%(ids)s) AND {believed}

-- name: committees
SELECT f.compound_id, f.id, f.kind, lower(f.valid), upper(f.valid), lower(f.term),
       upper(f.term){entered}
FROM registry.committee AS f
WHERE f.compound_id = ANY(%(ids)s) AND {believed}

-- name: committee_steps
SELECT c.compound_id, f.id, f.committee_id, f.member_id, f.violation_id, f.kind, f.taken_on{entered}
FROM registry.committee_step AS f
JOIN registry.committee AS c ON c.id = f.committee_id
WHERE c.compound_id = ANY(%(ids)s) AND {believed}

-- name: disclosures
SELECT f.compound_id, f.id, f.kind, f.disclosed, lower(f.valid), upper(f.valid){entered}
FROM registry.disclosure AS f
WHERE f.compound_id = ANY(%(ids)s) AND {believed}

-- name: hazards
SELECT f.compound_id, f.id, f.type_code, f.severity, f.found_on, f.due_on, f.cleared_on{entered}
FROM oversight.hazard AS f
WHERE f.compound_id = ANY(%(ids)s) AND {believed}

-- name: complaints
SELECT f.compound_id, f.id, f.type_code, f.received_on, f.due_on, f.closed_on{entered}
FROM oversight.complaint AS f
WHERE f.compound_id = ANY(%(ids)s) AND {believed}

-- name: leads
SELECT f.compound_id, f.id, f.type_code, f.reported_on, f.decided_on{entered}
FROM oversight.lead AS f
WHERE f.compound_id = ANY(%(ids)s) AND {believed}

-- name: inspections
SELECT f.compound_id, f.id, f.inspected_on, f.kind, f.reason, f.agency_kind{entered}
FROM planning.inspection AS f
WHERE f.compound_id = ANY(%(ids)s) AND {believed}

-- name: utilities
-- Nothing follows from a utility that serves to the end user, and there are seven a compound.
SELECT f.compound_id, f.id, f.kind, f.serves_end_user, lower(f.valid), upper(f.valid){entered}
FROM registry.utility AS f
WHERE f.compound_id = ANY(%(ids)s) AND NOT f.serves_end_user AND {believed}

-- name: guard_filings
SELECT f.compound_id, f.id, f.guards, f.certified, f.filed, lower(f.valid), upper(f.valid){entered}
FROM registry.guard_filing AS f
WHERE f.compound_id = ANY(%(ids)s) AND {believed}

-- name: emergency_plans
SELECT f.compound_id, f.id, f.kind, f.supplies, f.trained_on, f.drilled_on, lower(f.valid),
       upper(f.valid){entered}
FROM registry.emergency_plan AS f
WHERE f.compound_id = ANY(%(ids)s) AND {believed}

-- name: notices
SELECT f.compound_id, f.id, f.posted_on, f.removed_on{entered}
FROM registry.notice AS f
WHERE f.compound_id = ANY(%(ids)s) AND {believed}

-- name: plaques
SELECT f.compound_id, f.id, f.rating_id, f.star, f.issued_on, f.withdrawn_on{entered}
FROM registry.plaque AS f
WHERE f.compound_id = ANY(%(ids)s) AND {believed}

-- name: company_violations
SELECT f.company_id, f.id, f.compound_id, f.type_code, f.offender_kind, f.company_id,
       f.committee_id, f.member_id, f.incident, f.severity, f.occurred_on, f.found_on,
       f.confirmed_on, f.appealed_on, f.closed_on, f.revoked_on{entered}
FROM oversight.violation AS f
WHERE f.company_id = ANY(%(ids)s) AND f.offender_kind = 'company' AND {believed}

-- name: company_measures
SELECT f.company_id, f.id, f.kind, f.company_id, f.compound_id, f.due_on, f.decided_on, f.ends_on,
       f.done_on, f.withdrawn_on{entered}
FROM oversight.measure AS f
WHERE f.company_id = ANY(%(ids)s)
  AND f.kind IN ('blacklist', 'restriction', 'joint_punishment', 'exit') AND {believed}

-- name: company_exit_cases
SELECT f.company_id, f.id, f.compound_id, f.company_id, f.ground, f.opened_on, f.decided_on,
       f.closed_on, f.withdrawn_on{entered}
FROM oversight.exit_case AS f
WHERE f.company_id = ANY(%(ids)s) AND {believed}

-- name: company_projects
SELECT f.company_id, f.compound_id, lower(f.valid), upper(f.valid), f.end_reason{entered}
FROM registry.contract AS f
WHERE f.company_id = ANY(%(ids)s) AND {believed}
