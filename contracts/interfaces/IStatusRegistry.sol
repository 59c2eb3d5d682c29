// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @title The current status of credentials
/// @notice Status lists with two bits per credential, in the byte order of the IETF Token Status List. The published
/// list is the concatenation of the words.
///
/// A list's running hash covers every change, in order:
///
///   H0   = keccak256(abi.encode("dojang/StatusRegistry/1", chainid, this, list))
///   next = keccak256(abi.encode(prev, keccak256("set"), list, org, cause, keccak256(ops), timestamp))
interface IStatusRegistry {
    event ListOpened(uint64 indexed list, uint32 indexed org, uint32 capacity, uint32 dailyLimit);
    event StatusesSet(uint64 indexed list, uint32 indexed org, bytes32 cause, bytes ops, bytes32 chain);
    event DailyLimitChanged(uint64 indexed list, uint32 previous, uint32 dailyLimit);
    event CustodianChanged(uint64 indexed list, uint32 indexed previous, uint32 indexed custodian);

    error CapacityInvalid(uint32 capacity); // 0x9591b530
    error ListUnknown(uint64 list); // 0xd9b547a9
    error NotCustodian(uint64 list, uint32 custodian, uint32 org); // 0x6ea91d75
    error CustodianUnknown(uint32 org); // 0xc43b017a
    /// @dev There must be 1 to 512 ops of four bytes each.
    error OpsLengthInvalid(uint256 length); // 0xe450563b
    error OpsNotAscending(uint256 position, uint256 index); // 0xf2ad1aa4
    error OpInvalid(uint256 index, uint8 from, uint8 to); // 0x27749525
    error IndexOutOfRange(uint64 list, uint256 index, uint32 capacity); // 0xe4701f38
    error StatusDiffers(uint64 list, uint256 index, uint8 actual, uint8 expected); // 0x56a7e791
    /// @dev A revoked credential stays revoked. `lanes` has the low bit of each lane that would have changed from
    /// INVALID.
    error RevokedIsFinal(uint64 list, uint256 word, uint256 lanes); // 0xb95f8a31
    error DailyLimitExceeded(uint64 list, uint32 limit, uint32 used, uint256 more); // 0x908bdaee
    error WordsOutOfRange(uint64 list, uint256 from, uint256 count); // 0xb27d45c4

    /// @notice Opens a list for the caller's organisation, which becomes its custodian. The caller must have the
    /// capability STATUS.
    /// @param capacity number of credentials: a multiple of 128, at most 2^24
    /// @param dailyLimit number of credentials that may become INVALID on one UTC day
    /// @return list org << 32 | n, n from 1
    function openList(uint32 capacity, uint32 dailyLimit) external returns (uint64 list);

    /// @notice Changes all of the statuses or none. The caller must have the capability STATUS in the list's custodian.
    /// @param ops as in `types/StatusOp.sol`, strictly ascending by index; each contains the expected present status
    /// @param cause salted hash of the reason; the reason itself is personal data and is stored off the ledger
    function set(uint64 list, bytes calldata ops, bytes32 cause) external;

    /// @notice Sets the number of credentials that may become INVALID on one UTC day. It applies to the present day
    /// too.
    function setDailyLimit(uint64 list, uint32 dailyLimit) external;

    /// @notice Transfers a list to another organisation, for example if its custodian cannot act.
    function setCustodian(uint64 list, uint32 org) external;

    /// @return n the number of the organisation's last list
    function listCount(uint32 org) external view returns (uint32 n);

    /// @return org zero for an unknown list
    /// @return custodian the organisation that may change the list
    /// @return capacity number of credentials
    /// @return limit number of credentials that may become INVALID on one UTC day
    /// @return day the last day on which credentials became INVALID, in days since 1970
    /// @return used the number of credentials that became INVALID on that day
    /// @return chain the running hash
    function lists(
        uint64 list
    )
        external
        view
        returns (uint32 org, uint32 custodian, uint32 capacity, uint32 limit, uint32 day, uint32 used, bytes32 chain);

    /// @return the 128 statuses from index 128 * wordIndex on; zero beyond the end
    function words(uint64 list, uint256 wordIndex) external view returns (uint256);

    /// @return `count` words from number `from` on, concatenated: bytes [32 from, 32 (from + count)) of the status list
    function wordsOf(uint64 list, uint256 from, uint256 count) external view returns (bytes memory);

    /// @return 0 VALID, 1 INVALID, 2 SUSPENDED
    function statusOf(uint64 list, uint256 index) external view returns (uint8);
}
