"""Pages: templates, styles, languages, security headers, forms and error pages. Holds no rule of the domain."""
