#pragma once
/* pango breaks lines as Japanese does and takes each character from a font that has it; cairo makes the PDF, with them in it. */
#include <cairo-pdf.h>
#include <pango/pangocairo.h>
