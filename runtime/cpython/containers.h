#pragma once
// The builtin containers whose structure (which elements there are) is a location, and the views
// and iterators through which they are reached.
//
// Nothing here runs Python code or keeps a reference. Any thread may call it.

#include "cpython/layout.h"

#include <cstdint>

namespace gilcheck::runtime {

/// Finds the containers that are no part of the core. False with an exception.
bool start_containers();
/// An object of that type of the library's, for ever; null, without an exception, if there is none.
PyTypeObject* library_type(const char* module, const char* name);

/// The builtin containers whose structure is a location.
enum class Kind : std::uint8_t { list, dict, set, bytearray, deque, array };

const char* name_of(Kind kind);

/// A container's structure as a location.
struct Container {
  PyObject* object = nullptr;  ///< its identity; the object may be gone unless `alive`
  Kind kind{};
  bool alive = false;  ///< something that we know to live holds it

  explicit operator bool() const { return object != nullptr; }
  /// Whether anybody but the running call has it.
  [[nodiscard]] bool shared() const { return !alive || Py_REFCNT(object) > 1; }
};

/// Of an object that lives; none for what is no such container.
Container tracked(PyObject* object);
bool is_tracked(PyObject* object);
/// Of the builtin types themselves: a subclass may count in its own way.
bool is_empty(PyObject* object);
/// The container behind a view, an iterator or itself; none for what is none of these.
Container container_of(PyObject* object);

/// An iterator over a container was made elsewhere than in the loop that steps it. An iterator at
/// its end lets its container go, so neither keeps the other, and each is forgotten when it dies.
void walk_began(PyObject* iterator, const Container& container);
/// What the iterator walks over; none if it is not known.
Container walked_by(PyObject* iterator);
/// Of iterators and containers alike, before they are freed.
void forget_walks(PyObject* dying);

}  // namespace gilcheck::runtime
