#pragma once
// What is recorded of one access of one location, and the location itself.

#include <cstdint>

#include "engine/clock.h"
#include "engine/intern.h"

namespace gilcheck::runtime {

/// An object, by its address. An address is reused only after Detector::object_died().
using ObjectId = std::uintptr_t;

/// A part of an object: an attribute's or key's hash, or one of the kinds below.
using SlotId = std::uint64_t;
inline constexpr SlotId kStructure = 1;  ///< which elements a container has: length, order, keys
inline constexpr SlotId kCursor = 2;     ///< how far an iterator or generator has come
inline constexpr SlotId kUnhashed = 3;   ///< all keys of types whose equality may be Python code
inline constexpr SlotId kCell = 4;       ///< a closure's variable
inline constexpr SlotId kPair = SlotId{1} << 61U;     ///< set in the slots of two names together
inline constexpr SlotId kNamed = SlotId{1} << 63U;    ///< set in the slots of names and keys
inline constexpr SlotId kIndexed = SlotId{1} << 62U;  ///< set in the slots of list positions

/// What is known of a value that is stored: whether two stores, or a store and a test, agree.
enum class ValueKind : std::uint8_t {
  unknown,
  removed,   ///< the location is gone afterwards
  none,      ///< None
  falsy,     ///< False, 0, or an empty immutable builtin
  flag,      ///< True
  empty,     ///< a new, empty mutable builtin
  constant,  ///< another value of an immutable builtin type; the digest tells equal ones
  object,    ///< anything else; the digest tells the object
};

/// Properties of an access, as bits.
namespace traits {
inline constexpr std::uint16_t write = 1;
inline constexpr std::uint16_t removal = 2;  ///< what was there may be gone
inline constexpr std::uint16_t tolerant =
    4;  ///< does not fail, whatever came in between (`pop(k, None)`)
inline constexpr std::uint16_t append = 8;       ///< adds an element and disturbs no other
inline constexpr std::uint16_t atomic = 16;      ///< reads and writes in one indivisible step
inline constexpr std::uint16_t iteration = 32;   ///< a step of a walk over a container
inline constexpr std::uint16_t closes = 64;      ///< second end of a region
inline constexpr std::uint16_t dependent = 128;  ///< the value written was made from the one read
inline constexpr std::uint16_t initial = 256;    ///< made while the object was constructed
inline constexpr std::uint16_t compound =
    512;  ///< several steps in one instruction, others fit between
inline constexpr std::uint16_t decides_more = 2048;  ///< other effects hang on the same test
inline constexpr std::uint16_t caught = 4096;        ///< the function handles what it raises
inline constexpr std::uint16_t decided = 16384;      ///< a read that decided a branch
inline constexpr std::uint16_t completes =
    32768;  ///< the object was published before, new, by the same call; `opened` says where
inline constexpr std::uint16_t varies =
    8192;  ///< the value is an argument: another call may store another one
inline constexpr std::uint16_t runs_python = 1024;  ///< Python code runs within the region
}  // namespace traits

/// One access. Small: there is one for every location, reader and writer.
struct Entry {
  Step step : 48 = 0;
  Step thread : 16 = 0;
  SiteId site = 0;
  StackId stack = 0;  ///< who called the function of `site`
  LockSetId locks = 0;
  SiteId opened = 0;         ///< with traits::closes and of pairs: the region's first end
  LockSetId guard = 0;       ///< with traits::closes: the locks held from end to end
  std::uint32_t digest = 0;  ///< of the value stored
  std::uint16_t traits = 0;
  ValueKind value = ValueKind::unknown;

  [[nodiscard]] bool has(std::uint16_t trait) const { return (traits & trait) != 0; }
  [[nodiscard]] bool before(const VectorClock& clock) const {
    return step <= clock.of(static_cast<ThreadSlot>(thread));
  }
};
static_assert(sizeof(Entry) <= 40);

}  // namespace gilcheck::runtime
