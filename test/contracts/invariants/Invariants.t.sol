// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Handler} from "./Handler.sol";

/// @notice Checks every invariant of Checks.sol after each act of the handler. `npm run test:mutations` shows that each
/// invariant can fail.
contract InvariantsTest {
    error NeverSucceeded(bytes4 act);

    Handler private _handler;

    function setUp() external {
        _handler = new Handler();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_handler);
    }

    function invariant_revokedIsFinal() public view {
        _handler.revokedIsFinal();
    }

    function invariant_receiptsNeverChange() public view {
        _handler.receiptsNeverChange();
    }

    function invariant_headsAreTheSumOfReceipts() public view {
        _handler.headsAreTheSumOfReceipts();
    }

    function invariant_wordsAreTheirCustodiansAlone() public view {
        _handler.wordsAreTheirCustodiansAlone();
    }

    function invariant_dailyLimitIsNeverExceeded() public view {
        _handler.dailyLimitIsNeverExceeded();
    }

    function invariant_termsChangeOnlyAsAllowed() public view {
        _handler.termsChangeOnlyAsAllowed();
    }

    function invariant_runningHashesEqualAReplay() public view {
        _handler.runningHashesEqualAReplay();
    }

    function invariant_onlyWhoMayActs() public view {
        _handler.onlyWhoMayActs();
    }

    function invariant_delaysAreWaitedFor() public view {
        _handler.delaysAreWaitedFor();
    }

    function invariant_guardianStopsWhatIsAnnounced() public view {
        _handler.guardianStopsWhatIsAnnounced();
    }

    /// @notice All invariants together, for the long run of `npm run test:invariants`.
    function invariant_together() public view {
        invariant_revokedIsFinal();
        invariant_receiptsNeverChange();
        invariant_headsAreTheSumOfReceipts();
        invariant_wordsAreTheirCustodiansAlone();
        invariant_dailyLimitIsNeverExceeded();
        invariant_termsChangeOnlyAsAllowed();
        invariant_runningHashesEqualAReplay();
        invariant_onlyWhoMayActs();
        invariant_delaysAreWaitedFor();
        invariant_guardianStopsWhatIsAnnounced();
        _handler.everyActIsACall();
    }

    /// @notice In a long history every act succeeds at least once. Otherwise the invariants would be checked on too
    /// little.
    function test_everyActSucceeds() external {
        bytes4[23] memory acts = [
            _handler.registerOrganisation.selector,
            _handler.describeOrganisation.selector,
            _handler.deactivateOrganisation.selector,
            _handler.renewOrganisation.selector,
            _handler.setAdmin.selector,
            _handler.grant.selector,
            _handler.withdraw.selector,
            _handler.registerKey.selector,
            _handler.retireKey.selector,
            _handler.distrustKey.selector,
            _handler.registerAccount.selector,
            _handler.stopAccount.selector,
            _handler.anchor.selector,
            _handler.disown.selector,
            _handler.openList.selector,
            _handler.set.selector,
            _handler.setDailyLimit.selector,
            _handler.setCustodian.selector,
            _handler.schedule.selector,
            _handler.execute.selector,
            _handler.cancel.selector,
            _handler.reform.selector,
            _handler.seize.selector
        ];
        for (uint256 i = 0; i < 2000; ++i) {
            bytes32 noise = keccak256(abi.encode(i));
            bool done = this.act(acts[uint256(noise) % 23], noise);
            require(done, "an act of the handler failed");
        }
        invariant_together();
        for (uint256 i = 0; i < 22; ++i) if (_handler.succeeded(acts[i]) == 0) revert NeverSucceeded(acts[i]);
        require(_handler.succeeded(_handler.seize.selector) == 0, "power was seized");
        require(_handler.calls() == 2000, "an act did not call a contract");
    }

    /// @dev An external call, so that its memory is freed afterwards.
    function act(bytes4 selector, bytes32 noise) external returns (bool done) {
        bytes memory more = abi.encode(keccak256(abi.encode(noise, 1)), keccak256(abi.encode(noise, 2)));
        bytes memory rest = abi.encode(keccak256(abi.encode(noise, 3)), keccak256(abi.encode(noise, 4)));
        (done, ) = address(_handler).call(abi.encodePacked(selector, keccak256(abi.encode(noise)), more, rest, noise));
    }
}
