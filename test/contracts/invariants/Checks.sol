// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Ghosts, Rule} from "./Ghosts.sol";

/// @dev Compares the registries with the model. Each function is one invariant. InvariantsTest checks them after
/// every call.
abstract contract Checks is Ghosts {
    /// @dev A status that was INVALID once is INVALID now.
    function revokedIsFinal() external view {
        for (uint256 i = 0; i < _listIds.length; ++i) {
            uint64 id = _listIds[i];
            for (uint256 w = 0; w < 2; ++w) {
                uint256 revoked = _lists[id].revoked[w];
                uint256 both = revoked | (revoked << 1);
                require(registry.words(id, w) & both == revoked, "a revoked status came back");
            }
        }
    }

    /// @dev A receipt never changes, except that `disowned` may become true.
    function receiptsNeverChange() external view {
        _holds(Rule.RECEIPTS);
        for (uint256 i = 0; i < _receipts.length; ++i) {
            Receipt storage one = _receipts[i];
            (uint40 time, uint64 batch, uint32 count, bool disowned) = log.receipts(one.org, one.purpose, one.root);
            require(time == one.time && batch == one.batch && count == one.count, "a receipt changed");
            require(disowned == one.disowned, "a batch was disowned by nobody, or no longer is");
        }
    }

    /// @dev An organisation's head has the number of its receipts and the sum of their leaves.
    function headsAreTheSumOfReceipts() external view {
        uint64[] memory numbers = new uint64[](_organisationCount + 1);
        uint64[] memory leaves = new uint64[](_organisationCount + 1);
        for (uint256 i = 0; i < _receipts.length; ++i) {
            Receipt storage one = _receipts[i];
            (, uint64 batch, uint32 count, ) = log.receipts(one.org, one.purpose, one.root);
            leaves[one.org] += count;
            require(batch == ++numbers[one.org], "batches are not numbered one by one");
        }
        for (uint32 org = 0; org <= _organisationCount; ++org) {
            (uint64 batches, uint64 credentials, ) = log.heads(org);
            require(batches == numbers[org] && credentials == leaves[org], "a head is not the sum of its receipts");
        }
    }

    /// @dev Status words contain only what accounts of the list's custodian wrote.
    function wordsAreTheirCustodiansAlone() external view {
        _holds(Rule.WORDS);
        for (uint256 i = 0; i < _listIds.length; ++i) {
            uint64 id = _listIds[i];
            List storage one = _lists[id];
            // A list of 128 statuses has one word. The words after it must stay zero.
            for (uint256 w = 0; w < 2; ++w) require(registry.words(id, w) == one.words[w], "a word differs");
            require(registry.words(id, 2) == 0, "something was written beyond the end");
            (uint32 org, uint32 custodian, uint32 capacity, , , , ) = registry.lists(id);
            require(org == one.org && custodian == one.custodian && capacity == one.capacity, "a list changed hands");
        }
    }

    /// @dev On a UTC day, at most as many credentials of a list become INVALID as its limit at that time allows.
    function dailyLimitIsNeverExceeded() external view {
        _holds(Rule.DAILY_LIMIT);
        for (uint256 i = 0; i < _listIds.length; ++i) {
            List storage one = _lists[_listIds[i]];
            (, , , uint32 limit, uint32 day, uint32 used, ) = registry.lists(_listIds[i]);
            require(limit == one.limit && day == one.day && used == one.used, "the day's count is wrong");
        }
    }

    /// @dev A term begins now or later, and ends now or later. A key's term only gets shorter, and its distrust only
    /// earlier.
    function termsChangeOnlyAsAllowed() external view {
        _holds(Rule.TERMS);
        require(trust.organisationCount() == _organisationCount, "an organisation too many, or too few");
        for (uint32 org = 0; org <= _organisationCount + 1; ++org) {
            _organisationIsAsItShould(org);
            for (uint256 n = 0; n < 2; ++n) {
                Span storage granted = _grants[org][purpose(n)];
                (uint40 from, uint40 until) = trust.grants(org, purpose(n));
                require(from == granted.from && until == granted.until, "a grant differs");
            }
        }
        for (uint256 n = 0; n <= KEYS; ++n) {
            Key storage one = _keys[keyId(n)];
            (uint32 org, uint40 from, uint40 until, uint40 distrusted, uint8 uses) = trust.keys(keyId(n));
            require(org == one.org && uses == one.uses, "a key changed sides or use");
            require(from == one.term.from && until == one.term.until, "a key's term differs");
            require(distrusted == one.distrustedFrom, "a key's distrust differs");
        }
    }

    /// @dev Each running hash is the result of a replay of all acts.
    function runningHashesEqualAReplay() external view {
        for (uint32 org = 1; org <= _organisationCount; ++org) {
            if (_heads[org] == 0) continue;
            (, , bytes32 chain) = log.heads(org);
            require(chain == _heads[org], "an organisation's running hash differs");
        }
        for (uint256 i = 0; i < _listIds.length; ++i) {
            (, , , , , , bytes32 chain) = registry.lists(_listIds[i]);
            require(chain == _lists[_listIds[i]].chain, "a list's running hash differs");
        }
    }

    /// @dev An act succeeded only for an account that may call it. Accounts and roles still belong to the same holders.
    function onlyWhoMayActs() external view {
        _holds(Rule.WHO_MAY);
        for (uint256 n = 0; n < ACTORS; ++n) {
            address whose = actor(n);
            (uint32 org, uint8 capabilities) = trust.accounts(whose);
            require(org == _accounts[whose].org, "an account changed sides");
            require(capabilities == _accounts[whose].capabilities, "an account's capabilities differ");
            for (uint64 role = 0; role < 3; ++role) {
                (bool member, uint32 delay) = governance.hasRole(role, whose);
                // In this order: council, slow council, guardian, governor, stranger.
                require(
                    member ==
                        (
                            role == 0
                                ? n == 3
                                : role == 1
                                    ? n < 2 || (n == 9 && _strangerIsCouncil)
                                    : n == 2
                        ),
                    "a role changed hands"
                );
                bool slow = (n == 1 && role == 1) || (n == 3 && role == 0);
                require(delay == (slow ? DELAY : 0), "a delay changed");
            }
        }
    }

    /// @dev An act with a delay was announced, its delay has passed, and it was not cancelled.
    function delaysAreWaitedFor() external view {
        _holds(Rule.DELAYS);
    }

    /// @dev GUARDIAN can cancel every announced act except its own removal. Besides it, only ADMIN and the announcer
    /// can.
    function guardianStopsWhatIsAnnounced() external view {
        _holds(Rule.CANCELLING);
    }

    /// @dev Every act called a contract once: the number of acts is the number of calls.
    function everyActIsACall() external view {
        require(calls == acts, "an act did not call a contract, or called twice");
    }

    function _organisationIsAsItShould(uint32 org) private view {
        Organisation storage one = _organisations[org];
        (address admin, uint40 from, uint40 until, bytes32 description, bytes32 issuer) = trust.organisations(org);
        require(from == one.term.from && until == one.term.until, "an organisation's term differs");
        require(admin == one.admin && description == one.descriptionHash, "an organisation differs");
        require(issuer == one.issuerHash, "an issuer's URL changed");
    }

    function _holds(Rule rule) private view {
        string memory how = _broken[rule];
        require(bytes(how).length == 0, how);
    }
}
