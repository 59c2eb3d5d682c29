// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {ROLE_ADMIN, ROLE_COUNCIL, ROLE_GUARDIAN} from "../../../contracts/types/Roles.sol";
import {Rule} from "./Ghosts.sol";
import {StatusActs} from "./StatusActs.sol";

/// @dev Acts through Governance: announced, executed after the delay, or cancelled. Also attempts of all accounts to
/// get roles.
abstract contract GovernanceActs is StatusActs {
    function schedule(uint256 seed, uint256 later, uint256 n, uint256 most) external {
        seed = _mix(seed);
        _later(later);
        if (_announce(_by(seed, SLOW_COUNCIL), address(registry), _limiting(n, most))) ++succeeded[msg.sig];
    }

    /// @dev ADMIN's own acts, except those that would make all later acts fail. Mostly announced, otherwise called
    /// directly, which also executes an act whose delay has passed.
    function reform(uint256 seed, uint256 later, uint256 what) external {
        seed = _mix(seed);
        _later(later);
        address by = _by(seed, GOVERNOR);
        bytes memory data = _reform(what);
        if ((seed >> 32) % 2 == 0) {
            if (_announce(by, address(governance), data)) ++succeeded[msg.sig];
            return;
        }
        (bool done, ) = _call(by, address(governance), data);
        if (done) _succeeded(by, address(governance), data);
    }

    function execute(uint256 seed, uint256 later, uint256 n, uint256 most) external {
        seed = _mix(seed);
        _later(later);
        (address by, address target, bytes memory data) = (SLOW_COUNCIL, address(registry), _limiting(n, most));
        if (_pending.length != 0 && n % 8 != 0) {
            Operation storage found = _pending[_due(n)];
            (by, target, data) = (found.caller, found.target, found.data);
        }
        by = _by(seed, by);
        (bool done, ) = _call(by, address(governance), abi.encodeCall(governance.execute, (target, data)));
        if (done) _succeeded(by, target, data);
    }

    /// @dev The announcer and ADMIN may cancel an act. GUARDIAN may too, except its own removal.
    function cancel(uint256 seed, uint256 later, uint256 n) external {
        seed = _mix(seed);
        _later(later);
        address by = _rarely(seed, 3, GUARDIAN);
        if (_pending.length == 0) {
            bytes memory none = abi.encodeCall(
                governance.cancel,
                (SLOW_COUNCIL, address(registry), _limiting(n, seed))
            );
            (bool cancelled, ) = _call(by, address(governance), none);
            _require(!cancelled, Rule.CANCELLING, "what was not announced was cancelled");
            return;
        }
        uint256 place = _mix(n) % _pending.length;
        Operation storage found = _pending[place];
        bytes4 selector = bytes4(found.data);
        bool final_ = selector == governance.revokeRole.selector || selector == governance.setRoleGuardian.selector;
        bool may = by == found.caller || by == GOVERNOR || (by == GUARDIAN && !final_);
        bytes memory call = abi.encodeCall(governance.cancel, (found.caller, found.target, found.data));
        (bool done, ) = _call(by, address(governance), call);
        _require(done || !may, Rule.CANCELLING, "who may cancel could not");
        _require(may || !done, Rule.CANCELLING, "cancelled by who may not");
        if (done) _remove(place);
    }

    /// @dev Nobody has ADMIN without a delay, and an act that nobody could cancel cannot be announced. So each of
    /// these fails for every account.
    function seize(uint256 seed, uint256 later, uint256 what) external {
        seed = _mix(seed);
        _later(later);
        address by = _by(seed >> 8, GOVERNOR);
        address target = address(governance);
        bytes memory data;
        uint64 role = uint64(seed >> 16) % 3;
        bytes4[] memory selectors = new bytes4[](1);
        selectors[0] = registry.setDailyLimit.selector;
        if (what % 11 == 0) data = abi.encodeCall(governance.grantRole, (role, by, 0));
        else if (what % 11 == 1) data = abi.encodeCall(governance.revokeRole, (role, GUARDIAN));
        else if (what % 11 == 2) data = abi.encodeCall(governance.setRoleAdmin, (role, ROLE_GUARDIAN));
        else if (what % 11 == 3) data = abi.encodeCall(governance.setRoleGuardian, (ROLE_COUNCIL, ROLE_ADMIN));
        else if (what % 11 == 4) data = abi.encodeCall(governance.setGrantDelay, (role, 0));
        else if (what % 11 == 5) data = abi.encodeCall(governance.setTargetAdminDelay, (address(trust), 0));
        else if (what % 11 == 6) data = abi.encodeCall(governance.setTargetClosed, (address(trust), true));
        else if (what % 11 == 7) data = abi.encodeCall(governance.updateAuthority, (address(trust), by));
        else if (what % 11 == 8)
            data = abi.encodeCall(governance.setTargetFunctionRole, (address(registry), selectors, type(uint64).max));
        else {
            address whose = [address(trust), address(log), address(registry)][seed % 3];
            data = abi.encodeCall(IAccessManaged.setAuthority, (by));
            if (what % 11 == 9) target = whose;
            else data = abi.encodeCall(governance.schedule, (whose, data, 0));
        }
        (bool done, ) = _call(by, target, data);
        if (what % 11 == 10) _require(!done, Rule.CANCELLING, "what GUARDIAN cannot cancel was announced");
        else _require(!done, Rule.WHO_MAY, "power was taken without an announcement");
    }

    /// @dev The effect of an act of ADMIN. The other acts change nothing.
    function _followGovernance(bytes4 selector, bytes memory args) internal override {
        if (selector == governance.grantRole.selector) _strangerIsCouncil = true;
        else if (selector == governance.revokeRole.selector) _strangerIsCouncil = false;
        else if (selector == governance.setTargetClosed.selector) (, _logIsClosed) = abi.decode(args, (address, bool));
    }

    /// @dev COUNCIL gets and loses a member, and AnchorLog is closed and opened. The others set a value to what it is
    /// already.
    function _reform(uint256 what) private view returns (bytes memory) {
        bytes4[] memory selectors = new bytes4[](1);
        selectors[0] = registry.setDailyLimit.selector;
        uint256 kind = what % 12;
        if (kind < 2) return abi.encodeCall(governance.grantRole, (ROLE_COUNCIL, STRANGER, 0));
        if (kind < 4) return abi.encodeCall(governance.revokeRole, (ROLE_COUNCIL, STRANGER));
        if (kind < 6) return abi.encodeCall(governance.setTargetClosed, (address(log), kind == 4));
        if (kind == 6) return abi.encodeCall(governance.setRoleGuardian, (ROLE_COUNCIL, ROLE_GUARDIAN));
        if (kind == 7) return abi.encodeCall(governance.setRoleAdmin, (ROLE_COUNCIL, ROLE_ADMIN));
        if (kind == 8) return abi.encodeCall(governance.updateAuthority, (address(log), address(governance)));
        if (kind == 9) return abi.encodeCall(governance.setTargetAdminDelay, (address(log), 0));
        if (kind == 10) return abi.encodeCall(governance.labelRole, (ROLE_COUNCIL, "COUNCIL"));
        return abi.encodeCall(governance.setTargetFunctionRole, (address(registry), selectors, ROLE_COUNCIL));
    }

    /// @dev An act that can be executed now, if there is one.
    function _due(uint256 n) private view returns (uint256 place) {
        place = _mix(n) % _pending.length;
        for (uint256 i = 0; i < _pending.length; ++i) {
            uint256 readyAt = _pending[place].readyAt;
            if (readyAt <= block.timestamp && block.timestamp < readyAt + 7 days) return place;
            place = (place + 1) % _pending.length;
        }
    }
}
