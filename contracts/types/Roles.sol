// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @dev The roles, in one table. Every restricted function belongs to exactly one of them; the map is written at
/// deployment and can be read back from `Governance`.
///
///   role      delay      may
///   ────────  ─────────  ──────────────────────────────────────────────────────────────────────────────────────────
///   ADMIN     with       change this table, the members of roles and the delays
///   COUNCIL   with       TrustRegistry.registerOrganisation, describeOrganisation, renewOrganisation, setAdmin,
///                          grant, registerKey, registerAccount
///                        StatusRegistry.setDailyLimit, setCustodian
///   GUARDIAN  without    TrustRegistry.deactivateOrganisation, withdraw, retireKey, distrustKey, stopAccount
///                        AnchorLog.disown
///                        cancel whatever COUNCIL has scheduled, and whatever ADMIN has but `revokeRole` and
///                        `setRoleGuardian`: a guardian gone bad cannot keep itself in office
///
/// An organisation's administrator, while the organisation is active, may do for its own organisation: retireKey,
/// distrustKey, stopAccount, disown. It can only stop things.
uint64 constant ROLE_ADMIN = 0;
uint64 constant ROLE_COUNCIL = 1;
uint64 constant ROLE_GUARDIAN = 2;
