// Bytes to text as Python reads them: byte order mark, PEP 263, and what cannot be decoded.

#include <gtest/gtest.h>

#include <string>

#include "base/source_text.h"

namespace gilcheck {
namespace {

using namespace std::string_literals;

TEST(Decoding, Utf8IsTheDefault) {
  const DecodedSource out = decode_python_source("x = 'ä'\n");
  EXPECT_EQ(out.utf8, "x = 'ä'\n");
  EXPECT_EQ(out.encoding, "utf-8");
  EXPECT_EQ(out.error, "");
  EXPECT_TRUE(out.usable);
}

TEST(Decoding, ByteOrderMarkIsNoText) {
  const DecodedSource out = decode_python_source("\xEF\xBB\xBFx = 1\n");
  EXPECT_EQ(out.utf8, "x = 1\n");
  EXPECT_EQ(out.error, "");
}

TEST(Decoding, Latin1ByComment) {
  const DecodedSource out = decode_python_source("# -*- coding: latin-1 -*-\nx = '\xE4'\n");
  EXPECT_EQ(out.encoding, "latin-1");
  EXPECT_EQ(out.utf8, "# -*- coding: latin-1 -*-\nx = 'ä'\n");
  EXPECT_EQ(out.error, "");
}

TEST(Decoding, CommentInTheSecondLine) {
  EXPECT_EQ(
      decode_python_source("#!/usr/bin/python\n# vim: set fileencoding=iso-8859-1 :\n").encoding,
      "latin-1");
  EXPECT_EQ(decode_python_source("\n# coding: latin-1\n").encoding, "latin-1");
  EXPECT_EQ(decode_python_source("\r\n# coding: latin-1\r\n").encoding, "latin-1");
}

TEST(Decoding, CommentThatComesTooLateOrAfterCode) {
  EXPECT_EQ(decode_python_source("\n\n# coding: latin-1\n").encoding, "utf-8");
  EXPECT_EQ(decode_python_source("x = 1\n# coding: latin-1\n").encoding, "utf-8");
  EXPECT_EQ(decode_python_source("x = 1  # coding: latin-1\n").encoding, "utf-8");
}

TEST(Decoding, OtherEncodingsThroughTheLibrary) {
  const DecodedSource out = decode_python_source("# coding: koi8-r\nx = '\xC1'\n");
  EXPECT_EQ(out.utf8, "# coding: koi8-r\nx = 'а'\n");
  EXPECT_EQ(out.error, "");
}

TEST(Decoding, MultibyteEncoding) {
  const DecodedSource out = decode_python_source("# coding: euc_jp\nx = '\xA4\xA2'\n");
  EXPECT_EQ(out.utf8, "# coding: euc_jp\nx = 'あ'\n");
}

TEST(Decoding, UnknownEncodingIsReadAsLatin1AndSaid) {
  const DecodedSource out = decode_python_source("# coding: klingon\nx = 1\n");
  EXPECT_EQ(out.utf8, "# coding: klingon\nx = 1\n");
  EXPECT_NE(out.error.find("klingon"), std::string::npos);
  EXPECT_TRUE(out.usable);
}

TEST(Decoding, MarkAndCommentThatContradict) {
  const DecodedSource out = decode_python_source("\xEF\xBB\xBF# coding: latin-1\nx = 'ä'\n");
  EXPECT_EQ(out.encoding, "utf-8");
  EXPECT_NE(out.error, "");
  EXPECT_NE(out.utf8.find("ä"), std::string::npos);
}

TEST(Decoding, BytesThatAreNoUtf8AreReplaced) {
  const DecodedSource out = decode_python_source("x = '\xFF\xC3'\n");
  EXPECT_EQ(out.utf8, "x = '\xEF\xBF\xBD\xEF\xBF\xBD'\n");
  EXPECT_NE(out.error, "");
}

TEST(Decoding, OverlongAndSurrogateFormsAreNoUtf8) {
  EXPECT_NE(decode_python_source("'\xC0\xAF'").error, "");
  EXPECT_NE(decode_python_source("'\xE0\x80\x80'").error, "");
  EXPECT_NE(decode_python_source("'\xED\xA0\x80'").error, "");
  EXPECT_NE(decode_python_source("'\xF4\x90\x80\x80'").error, "");
  EXPECT_EQ(decode_python_source("'\xF4\x8F\xBF\xBF'").error, "");
}

TEST(Decoding, NulBytesAreReplaced) {
  const DecodedSource out = decode_python_source("x = 1\0\ny = 2\n"s);
  EXPECT_EQ(out.utf8.find('\0'), std::string::npos);
  EXPECT_NE(out.utf8.find("y = 2"), std::string::npos);
  EXPECT_NE(out.error, "");
}

TEST(Decoding, Utf16HoldsNulBytesAndDoesNotCrash) {
  EXPECT_NE(decode_python_source("\xFF\xFE"s + "x\0=\0"s).error, "");
  EXPECT_NE(decode_python_source("# coding: utf-16\nx = 1\n").error, "");
}

TEST(Decoding, EmptyAndTinyInputs) {
  EXPECT_EQ(decode_python_source("").utf8, "");
  EXPECT_EQ(decode_python_source("\xEF\xBB\xBF").utf8, "");
  EXPECT_EQ(decode_python_source("#").utf8, "#");
  EXPECT_EQ(decode_python_source("# coding:").utf8, "# coding:");
  EXPECT_EQ(decode_python_source("# coding: \n").encoding, "utf-8");
}

}  // namespace
}  // namespace gilcheck
