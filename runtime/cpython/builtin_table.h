#pragma once
// What builtin functions and methods written in C do to the objects they are given: bytecode events
// do not see inside. Keyed by the method's definition, so that subclasses and bound methods are
// found too. Sources: Objects/listobject.c, dictobject.c, setobject.c, Modules/_collectionsmodule.c
// and their documentation; what is not listed here is taken to touch nothing.

#include <Python.h>

#include <cstdint>

namespace gilcheck::runtime {

enum class Effect : std::uint8_t {
  none,
  read_structure,  ///< len, copy, index, count, a walk to its end
  read_key,        ///< get(key), [key]
  remove_key,      ///< fails if it is not there
  drop_key,        ///< does not
  pop_key,         ///< pop(key): fails without a default
  set_default,     ///< setdefault(key): one step
  move_key,        ///< OrderedDict.move_to_end(key): fails if it is not there
  add_key,         ///< set.add
  append,          ///< adds an element at an end
  insert,          ///< changes which elements there are, and where
  take,            ///< takes an element away; fails if there is none
  clear,
  update,        ///< adds what the argument has
  remove_equal,  ///< list.remove: compares, then takes away
  reverse,
  walk_whole,        ///< walks over its argument in steps between which others fit
  sort,              ///< rearranges in several steps
  take_all,          ///< copies all elements, of most containers in one step
  walk,              ///< makes an iterator over the argument
  advance,           ///< next(iterator)
  get_attribute,     ///< getattr, hasattr
  set_attribute,     ///< setattr
  delete_attribute,  ///< delattr
  function_get,      ///< operator.getitem(container, key)
  function_set,
  function_delete,
  function_contains,
  heap_push,  ///< heapq.heappush(list, item): rearranges
  heap_pop,
};

/// Fills the table from the interpreter's own types. False with an exception set on failure.
bool load_builtin_table();
/// What a callable does; `self` is set to the object it is bound to, else null.
Effect effect_of(PyObject* callable, PyObject*& self);
/// Types whose objects walk over what they were made from.
bool is_walker(PyTypeObject* type);

}  // namespace gilcheck::runtime
