// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @dev The table of roles. Every restricted function belongs to exactly one role. The table is written at deployment
/// and can be read from `Governance`.
///
///   role      delay      may
///   ────────  ─────────  ──────────────────────────────────────────────────────────────────────────────────────────
///   ADMIN     with       change this table, the members of roles and the delays
///   COUNCIL   with       TrustRegistry.registerOrganisation, describeOrganisation, renewOrganisation, setAdmin,
///                          grant, registerKey, registerAccount
///                        StatusRegistry.setDailyLimit, setCustodian
///   GUARDIAN  without    TrustRegistry.deactivateOrganisation, withdraw, retireKey, distrustKey, stopAccount
///                        AnchorLog.disown
///                        cancel everything that COUNCIL or ADMIN has scheduled, except ADMIN's `revokeRole` and
///                        `setRoleGuardian`, so that a dishonest guardian cannot prevent its own removal
///
/// While an organisation is active, its administrator may call retireKey, distrustKey, stopAccount and disown for it.
/// An administrator cannot grant anything.
uint64 constant ROLE_ADMIN = 0;
uint64 constant ROLE_COUNCIL = 1;
uint64 constant ROLE_GUARDIAN = 2;
