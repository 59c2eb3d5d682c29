// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";

/// @title Who governs the registries
/// @notice OpenZeppelin's AccessManager, unchanged. Roles and the functions that belong to each are listed in
/// `types/Roles.sol`; what is scheduled, executed and cancelled is in its events.
///
///    COUNCIL ──schedule──▶ pending ──after the delay──▶ executed
///                            │
///    GUARDIAN ─────cancel────┘
///
/// WARNING: `setTargetClosed` on a registry also closes it to the guardian, and a function that is mapped to no role
/// belongs to ADMIN.
contract Governance is AccessManager {
    /// @param initialAdmin the deployer; it hands its role on and renounces it before the deployment ends
    constructor(address initialAdmin) AccessManager(initialAdmin) {}
}
