// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AnchorLog} from "../../../contracts/AnchorLog.sol";
import {Governance} from "../../../contracts/Governance.sol";
import {StatusRegistry} from "../../../contracts/StatusRegistry.sol";
import {TrustRegistry} from "../../../contracts/TrustRegistry.sol";
import {Ghosts, Rule} from "./Ghosts.sol";
import {Handler} from "./Handler.sol";

/// @notice What holds after every call of every history: each invariant is checked after each of the handler's acts, and
/// is shown able to fail by `npm run test:mutations`.
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

    /// @notice A status that was once INVALID is INVALID.
    function invariant_revokedIsFinal() public view {
        StatusRegistry registry = _handler.registry();
        uint64[] memory ids = _handler.listIds();
        for (uint256 i = 0; i < ids.length; ++i) {
            uint256[2] memory revoked = _handler.list(ids[i]).revoked;
            for (uint256 w = 0; w < 2; ++w) {
                uint256 both = revoked[w] | (revoked[w] << 1);
                require(registry.words(ids[i], w) & both == revoked[w], "a revoked status came back");
            }
        }
    }

    /// @notice A receipt is what it was when it was written, but for `disowned`, which only ever becomes true.
    function invariant_receiptsNeverChange() public view {
        _check(Rule.RECEIPTS);
        AnchorLog log = _handler.log();
        Ghosts.Receipt[] memory all = _handler.receipts();
        for (uint256 i = 0; i < all.length; ++i) {
            Ghosts.Receipt memory one = all[i];
            (uint40 time, uint64 batch, uint32 count, bool disowned) = log.receipts(one.org, one.purpose, one.root);
            require(time == one.time && batch == one.batch && count == one.count, "a receipt changed");
            require(disowned == one.disowned, "a batch was disowned by nobody, or no longer is");
        }
    }

    /// @notice An organisation's head counts its receipts and adds up their leaves.
    function invariant_headsAreTheSumOfReceipts() public view {
        AnchorLog log = _handler.log();
        Ghosts.Receipt[] memory all = _handler.receipts();
        for (uint32 org = 0; org <= _handler.ORGANISATIONS(); ++org) {
            uint64 number;
            uint64 leaves;
            for (uint256 i = 0; i < all.length; ++i) {
                if (all[i].org != org) continue;
                (, uint64 batch, uint32 count, ) = log.receipts(org, all[i].purpose, all[i].root);
                leaves += count;
                require(batch == ++number, "batches are not numbered one by one");
            }
            (uint64 batches, uint64 credentials, ) = log.heads(org);
            require(batches == number && credentials == leaves, "a head is not the sum of its receipts");
        }
    }

    /// @notice Words hold what the accounts of their list's custodian wrote, and nothing else.
    function invariant_wordsAreTheirCustodiansAlone() public view {
        _check(Rule.WORDS);
        StatusRegistry registry = _handler.registry();
        uint64[] memory ids = _handler.listIds();
        for (uint256 i = 0; i < ids.length; ++i) {
            Ghosts.List memory one = _handler.list(ids[i]);
            for (uint256 w = 0; w < 2; ++w) require(registry.words(ids[i], w) == one.words[w], "a word differs");
            require(
                registry.words(ids[i], one.capacity / 128) == (one.capacity == 128 ? one.words[1] : 0),
                "beyond the end"
            );
            (uint32 org, uint32 custodian, uint32 capacity, , , , ) = registry.lists(ids[i]);
            require(org == one.org && custodian == one.custodian && capacity == one.capacity, "a list changed hands");
        }
    }

    /// @notice On no UTC day do more credentials of a list become INVALID than its limit at that time.
    function invariant_dailyLimitIsNeverExceeded() public view {
        _check(Rule.DAILY_LIMIT);
        StatusRegistry registry = _handler.registry();
        uint64[] memory ids = _handler.listIds();
        for (uint256 i = 0; i < ids.length; ++i) {
            Ghosts.List memory one = _handler.list(ids[i]);
            (, , , uint32 limit, uint32 day, uint32 used, ) = registry.lists(ids[i]);
            require(limit == one.limit && day == one.day && used == one.used, "the day's count is wrong");
        }
    }

    /// @notice Terms begin now or later, end now or later; a key's only gets shorter, its distrust only earlier.
    function invariant_termsChangeOnlyAsAllowed() public view {
        _check(Rule.TERMS);
        TrustRegistry trust = _handler.trust();
        for (uint32 org = 0; org <= _handler.ORGANISATIONS(); ++org) {
            Ghosts.Organisation memory one = _handler.organisation(org);
            (address admin, uint40 from, uint40 until, bytes32 description, bytes32 issuer) = trust.organisations(org);
            require(from == one.term.from && until == one.term.until, "an organisation's term differs");
            require(admin == one.admin && description == one.descriptionHash, "an organisation differs");
            require(issuer == one.issuerHash, "an issuer's URL changed");
            for (uint256 n = 0; n < 2; ++n) {
                Ghosts.Span memory granted = _handler.grantOf(org, _handler.purpose(n));
                (from, until) = trust.grants(org, _handler.purpose(n));
                require(from == granted.from && until == granted.until, "a grant differs");
            }
        }
        for (uint256 n = 0; n <= _handler.KEYS(); ++n) {
            Ghosts.Key memory one = _handler.key(_handler.keyId(n));
            (uint32 org, uint40 from, uint40 until, uint40 distrusted, uint8 uses) = trust.keys(_handler.keyId(n));
            require(org == one.org && uses == one.uses, "a key changed sides or use");
            require(from == one.term.from && until == one.term.until, "a key's term differs");
            require(distrusted == one.distrustedFrom, "a key's distrust differs");
        }
    }

    /// @notice Running hashes are what a replay of all that happened gives.
    function invariant_runningHashesEqualAReplay() public view {
        for (uint32 org = 1; org <= _handler.ORGANISATIONS(); ++org) {
            bytes32 replayed = _handler.head(org);
            if (replayed == 0) continue;
            (, , bytes32 chain) = _handler.log().heads(org);
            require(chain == replayed, "an organisation's running hash differs");
        }
        uint64[] memory ids = _handler.listIds();
        for (uint256 i = 0; i < ids.length; ++i) {
            (, , , , , , bytes32 chain) = _handler.registry().lists(ids[i]);
            require(chain == _handler.list(ids[i]).chain, "a list's running hash differs");
        }
    }

    /// @notice No act succeeded for anybody but those it belongs to; accounts are whose they were.
    function invariant_onlyWhoMayActs() public view {
        _check(Rule.WHO_MAY);
        TrustRegistry trust = _handler.trust();
        Governance governance = _handler.governance();
        for (uint256 n = 0; n < 10; ++n) {
            address who = _handler.who(n);
            Ghosts.Account memory one = _handler.account(who);
            (uint32 org, uint8 capabilities) = trust.accounts(who);
            require(org == one.org && capabilities == one.capabilities, "an account differs");
            for (uint64 role = 0; role < 3; ++role) {
                (bool member, uint32 delay) = governance.hasRole(role, who);
                // Council, slow council, guardian, governor: in this order.
                bool expected =
                    role == 0
                        ? n == 3
                        : role == 1
                            ? n < 2
                            : n == 2;
                require(member == expected, "a role changed hands");
                require(delay == ((n == 1 && role == 1) || (n == 3 && role == 0) ? 2 days : 0), "a delay changed");
            }
        }
    }

    /// @notice What has a delay was announced, waited for, and not cancelled.
    function invariant_delaysAreWaitedFor() public view {
        _check(Rule.DELAYS);
    }

    /// @notice All of them, for the long run: `npm run test:invariants`.
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
    }

    /// @notice The histories are worth judging: in a long one, every act succeeds at some time.
    function test_everyActSucceeds() external {
        bytes4[22] memory acts = [
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
            _handler.seize.selector
        ];
        for (uint256 i = 0; i < 2000; ++i) {
            bytes32 noise = keccak256(abi.encode(i));
            bool done = this.act(acts[uint256(noise) % 22], noise);
            require(done, "an act of the handler failed");
        }
        invariant_together();
        for (uint256 i = 0; i < 21; ++i) if (_handler.succeeded(acts[i]) == 0) revert NeverSucceeded(acts[i]);
        require(_handler.succeeded(_handler.seize.selector) == 0, "power was seized");
    }

    /// @dev From outside, so that its memory is given back.
    function act(bytes4 selector, bytes32 noise) external returns (bool done) {
        bytes memory more = abi.encode(keccak256(abi.encode(noise, 1)), keccak256(abi.encode(noise, 2)));
        bytes memory rest = abi.encode(keccak256(abi.encode(noise, 3)), keccak256(abi.encode(noise, 4)));
        (done, ) = address(_handler).call(abi.encodePacked(selector, keccak256(abi.encode(noise)), more, rest, noise));
    }

    function _check(Rule rule) private view {
        string memory how = _handler.broken(rule);
        require(bytes(how).length == 0, how);
    }
}
